"""Titles USCIS is known to write, and what each of them means.

Titles only: the wording of the descriptions stays with USCIS. A title stands under its code, one a
line; after `|` follow the marks in which it differs from the defaults of its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tracking.normalizer.results import Reading
from tracking.normalizer.text import title_key
from tracking.statuses import StatusCode

# review: people disagree about the title, so a person looks; action / no-action: somebody must or
# need not do something; terminal / open: the adjudication is or is not over.
_KNOWN = """
[RECEIVED]
CNMI Semiannual Report Received | review
Case Was Received
Case Was Received and A Receipt Notice Was Sent
Caso Recibido
Caso Recibido Y Notificación De Recibo Enviada
Fees Were Waived
Fingerprint Fee Was Received
Case Accepted By The USCIS Lockbox
Case Was Received and A Receipt Notice Was Emailed
Filed Under Known Employer Pilot | review
[BIOMETRICS_SCHEDULED]
Appointment Notice Was Mailed | review
Fingerprint and Biometrics Appointment Was Scheduled
Biometrics Appointment Was Scheduled
[BIOMETRICS_DONE]
Case Was Updated To Show Fingerprints Were Taken
Caso Actualizado Para Informar Que Se Tomaron Las Huellas Dactilares
Fingerprint Review Was Completed
[INITIAL_REVIEW]
Premium Processing Case is Not Eligible for Pre-Certification
Premium Processing Case is Eligible for Pre-Certification
[IN_REVIEW]
Case Is Still Being Processed By USCIS
Case Remains Pending
Case Was Submitted For Quality Review Based On An Approval Recommendation
Department of State Sent Case to USCIS For Review
El Caso Aún Está Siendo Procesado por USCIS
Proficiency In English Was Demonstrated | review
Visa Bulletin Current
Case Is Being Actively Reviewed By USCIS
Case Is Pending at a Local Office
Case Is No Longer On Hold Because Of Pending Litigation
[RESPONSE_RECEIVED]
Card Was Received By USCIS Along With My Letter
Document And Letter Was Received And Under Review
Document and Letter Was Received
Response To USCIS Request For Evidence Was Received
Response To USCIS' Notice of Intent to Revoke | review
Respuesta A La Petición De Evidencia Enviada Por USCIS Fue Recibida.
Response To RFE Was Received
Request for Additional Evidence Was Received
Correspondence Was Received And USCIS Is Reviewing It
Correspondence Was Received
Travel Document Was Received By USCIS Along With My Letter
[TRANSFERRED]
Case Transferred And New Office Has Jurisdiction
Case Was Received At Another USCIS Office
Case Was Received At My Local Office
Case Was Transferred And A New Office Has Jurisdiction
Caso Fue Recibido En Mi Oficina Local
Case Transferred To Another Office
Case Was Transferred To An Asylum Office
Case Was Transferred To International Office/Consulate
Case Was Transferred To Schedule An Interview | review
[ON_HOLD]
Case Is On Hold
Case Is On Hold Because Of Pending Litigation
[RFE_ISSUED]
Request For Initial Evidence Was Sent
Request for Additional Evidence Was Mailed
Request for Additional Evidence Was Sent
Request for Initial Evidence Was Mailed
Request for Evidence Was Sent
Request for Initial and Additional Evidence Was Mailed
[NOID_ISSUED]
Notice Explaining USCIS Actions Was Mailed
Notice Of Intent To Deny Was Sent
[NOIR_ISSUED]
CWR Notice of Intent to Revoke Sent
Intent to Revoke Notice Was Sent
Notice Of USCIS' Intent To Terminate My Status Was Mailed
Notice Of Intent To Revoke Was Sent
Intent To Rescind Notice Was Mailed
[NOTICE_MAILED]
Case Required USCIS To Send A Notice | review
Continuation Notice Was Mailed
Decision Notice Mailed | review
Litigation Notice Was Mailed
Notice Explaining Actions Mailed | review
Travel Authorization Decision Posted | review
Eligibility Notice Was Mailed | review
Termination Of Litigation Notice Was Mailed | review
[INTERVIEW_READY]
Case is Ready to Be Scheduled for An Interview
[INTERVIEW_SCHEDULED]
Entrevista Programada
Interview Is Scheduled
Interview Was Scheduled
Case is Scheduled for An interview
[INTERVIEW_CANCELLED]
Interview Cancelled
Interview Cancelled And Notice Ordered
[INTERVIEW_COMPLETED]
Interview Was Completed And My Case Must Be Reviewed
[NO_SHOW]
Case Was Updated To Show That No One Appeared for In-Person Processing
[OATH_CEREMONY]
Notificación Para La Ceremonia De Juramentación Fue Enviada Por Correo
Oath Ceremony Notice Was Mailed
[APPROVED]
Case Approved
Case Was Approved
Case Was Approved And My Decision Was Emailed
Case Was Approved And USCIS Notified The U.S. Consulate or Port of Entry
Caso Aprobado
Caso Fue Aprobado
Petition Withdrawn/Over 180 Days/Not Automatically Revoked | action, review
Special Immigrant Juvenile Deferred Action Granted | review
Special Immigrant Juvenile Form I-360 Approved Without Deferred Action
Case Was Approved And A Decision Notice Was Sent
Case Approval Was Affirmed
Special Immigrant Juvenile Form I-360 Approved With Deferred Action
Case Was Not Revoked or Cancelled By USCIS | review
Petition Business Terminated/Over 180 Days/Not Automatically Revoked | review, action
[SENT_TO_DOS]
Case Was Sent To The Department of State
Caso Enviado Al Departamento De Estado
Case Approval Was Reaffirmed And Mailed Back To Department Of State | review
[DOC_PRODUCTION]
Advance Parole Document Was Produced
Card Was Produced
Documento De Permiso Adelantado De Viaje Fue Producido
Permanent Resident Card Is Being Produced
Refugee Travel Document Was Produced
Request For A Duplicate Card Was Approved
Tarjeta Producida
New Card Is Being Produced
Card Is Being Produced
Reentry Permit Was Produced
[DOC_MAILED]
Card Was Mailed To Me
Card Was Picked Up By The United States Postal Service
Document Was Mailed To My Local Office
Tarjeta Recogida Por El Servicio Postal De Los Estados Unidos
Travel Document Was Mailed
Document Was Mailed
Document Was Mailed To Me
[DOC_DELIVERED]
Card Was Delivered To Me By The Post Office
Replacement Certificate Was Issued
Tarjeta Me Fue Entregada Por El Servicio Postal De EE.UU.
Card Was Delivered To Me
Document Was Personally Delivered To Me
[MAIL_RETURNED]
Card Is Being Returned to USCIS by Post Office
Card Was Determined As Undeliverable By The Post Office
Card Was Returned To USCIS
Document Was Mailed But Not Returned To USCIS | review
Document Was Returned As Undeliverable
Notice Was Returned To USCIS Because The Post Office Could Not Deliver It | open
Document Was Returned To USCIS
Document Was Returned To USCIS And Is Being Held
Document Is Being Held For 180 Days
Travel Document Was Returned to USCIS And Will Be Held For 180 Days
[DOC_DESTROYED]
Card Destroyed | no-action
Card Was Destroyed
Document Was Destroyed After USCIS Held It For 180 Days
Travel Document Was Destroyed | no-action
Travel Document Was Destroyed After USCIS Held It For 180 Days
Document Destroyed
Document Was Destroyed And Letter Was Received | no-action, review
[DENIED]
Abandoned for Undeliverable Requests to Appear for Fingerprinting | review
Case Was Denied
Case Was Denied Because No IMDAC Data
Case Was Terminated | review
Caso Fue Denegado
Caso Fue Terminado | review
Certified Denial Of My Case Was Affirmed By Appellate Authority
Denial Was Upheld by Court
Primary And Ancillary Benefits Were Denied
Special Immigrant Juvenile Deferred Action Not Granted | review
Your Case Has Been Denied
Case Was Denied And My Decision Notice Mailed
Certified Approval Of My Case Was Reversed by The Appellate Authority | review
[REJECTED]
CNMI Semiannual Report Rejected | review
Case Rejected Because I Sent An Incorrect Fee
Case Rejected Because The Version Of The Form I Sent Is No Longer Accepted
Case Rejected For Incorrect Fee And Form Not Signed
Case Was Rejected Because I Did Not Sign My Form
Case Was Rejected Because It Was Improperly Filed
Petition/Application Was Rejected For Insufficient Funds
Case Was Rejected Because The Filing Fee Was Incorrect
Case Rejected For Form Not Signed And Incorrect Form Version
Case Rejected For Incorrect Fee
Case Rejected For Incorrect Fee And Incorrect Form Version
Case Rejected For Incorrect Fee And Payment Not Signed
Case Rejected For Incorrect Fee, Payment Not Signed And Incorrect Form Version
Case Was Rejected Because My Check Or Money Order Is Not Signed
[WITHDRAWN]
Notificación De Recibo Del Retiro De Caso Enviada.
Withdrawal Acknowledgement Notice Was Sent
Case Was Withdrawn
[CLOSED]
Case Closed Benefit Received By Other Means
[REVOKED_TERMINATED]
Case Approval Was Revoked
Case Terminated | review
Case Was Automatically Revoked
Notificación De Terminación Enviada
Special Immigrant Juvenile Deferred Action Terminated
Termination Notice Sent
Revocation Notice Was Sent
Status Termination Notice Was Mailed
Student Employment Authorization Document Automatically Terminated
[REOPENED]
Case Was Reopened
Case Was Reopened Based On A Court Order
Case Was Reopened For Reconsideration
[APPEAL_MOTION]
Appeal Approved
Appeal Was Approved
Appeal Was Dismissed | action, terminal
Appeal Was Remanded To The Originating Office For Consideration
Appeal Was Terminated and A Notice Was Mailed To Me | action, terminal
Case Was Returned To USCIS By The Executive Office for Immigration Review
Case Was Returned To USCIS By The Executive Office of Immigration Review
Case Was Sent To The Administrative Appeals Office for Review
Appeal Was Filed
Case Approval Was Certified By USCIS
Case Was Relocated From Administrative Appeals Office To USCIS Originating Office | review
Case Was Sent To The Executive Office of Immigration Review
Withdrawal Of My Appeal Was Acknowledged | terminal, review
[FEE_PAYMENT]
Fee Refund Was Mailed
Issue with Payment | action, review
Premium Processing Fee Will Be Refunded
Fee Will Be Refunded
[EXPEDITE]
Expedite Request Approved
Expedite Request Received
Request For Premium Processing Services Was Received
Request for Additional Information Received
Expedite Request Denied
[ADMIN_UPDATE]
Amended Notice Was Mailed
Date of Birth Was Updated
Duplicate Notice Was Mailed
Form G-28 Was Rejected Because It Was Improperly Filed | action
Request For Information Was Received And A Fax Reply Was Sent
Signature Card Was Received | review
Name Was Updated
[INTERVIEW_RESCHEDULED]
Interview Was Rescheduled
Request To Reschedule My Appointment Was Received | no-action, review
[NTA_ISSUED]
Notice To Appear Was Sent To The National Records Center | review
[PAYMENT_DISHONORED]
Case Was Suspended Because My Fee Was Returned by My Bank | review
Resubmitted Fee Was Not Accepted | review
[UNKNOWN]
Check Case Status | review
Request Was Processed | review
CASE STATUS | review
Request Was Rejected | review
"""


def _entries() -> Iterator[tuple[str, Reading]]:
    code = StatusCode.UNKNOWN
    for line in filter(None, _KNOWN.splitlines()):
        if line.startswith("["):
            code = StatusCode(line.strip("[]"))
            continue
        title, _, marks = line.partition(" | ")
        yield title_key(title), _reading(code, frozenset(marks.split(", ")))


def _reading(code: StatusCode, marks: frozenset[str]) -> Reading:
    return Reading(
        code,
        "known title",
        weak="review" in marks,
        client_action=_flag(marks, yes="action", no="no-action"),
        terminal=_flag(marks, yes="terminal", no="open"),
    )


def _flag(marks: frozenset[str], *, yes: str, no: str) -> bool | None:
    return True if yes in marks else False if no in marks else None


TITLES: Mapping[str, Reading] = MappingProxyType(dict(_entries()))
