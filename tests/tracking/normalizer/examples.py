"""Texts made by hand, with the rule that must decide each: the grammar as a specification.

Titles are USCIS's or could be; descriptions are our own short sentences.
"""

from __future__ import annotations

from tracking.statuses import StatusCode as C

Example = tuple[str, C, str]

TITLES: tuple[Example, ...] = (
    ("Fee Waiver Request Was Denied", C.FEE_PAYMENT, "en.title.fee-waiver-refused"),
    ("Received, Fee Waived", C.RECEIVED, "en.title.fees-waived"),
    ("Immigrant Visa Fee Was Received", C.FEE_PAYMENT, "en.title.fee"),
    ("Resubmitted Fee Was Not Accepted", C.FEE_PAYMENT, "en.title.payment-problem"),
    ("Attorney Appearance Was Recorded", C.ADMIN_UPDATE, "en.title.representative"),
    ("Form G-28 Was Received", C.ADMIN_UPDATE, "en.title.representative"),
    ("Address Was Updated", C.ADMIN_UPDATE, "en.title.personal-data"),
    ("Duplicate Approval Notice Was Sent", C.ADMIN_UPDATE, "en.title.copy-of-notice"),
    ("Expedite Request Was Denied", C.EXPEDITE, "en.title.expedite-answer"),
    (
        "Certified Approval Of My Case Was Reversed by The Appellate Authority",
        C.DENIED,
        "en.title.certified-approval-falls",
    ),
    ("Certified Approval Was Affirmed", C.APPROVED, "en.title.approval-stands-on-review"),
    ("Denial Was Affirmed", C.DENIED, "en.title.denial-stands"),
    ("Appeal Was Withdrawn", C.APPEAL_MOTION, "en.title.appeal-withdrawn"),
    ("Motion To Reopen Was Denied", C.APPEAL_MOTION, "en.title.appeal-lost"),
    ("Motion To Reconsider Was Received", C.APPEAL_MOTION, "en.title.appeal"),
    ("Case Reopened By Court Order", C.REOPENED, "en.title.reopened"),
    ("Case Is No Longer On Hold Because Of Pending Litigation", C.IN_REVIEW, "en.title.hold-lifted"),
    ("Processing Hold Was Lifted", C.IN_REVIEW, "en.title.hold-lifted"),
    ("Case Was Not Revoked or Cancelled By USCIS", C.APPROVED, "en.title.not-revoked"),
    ("Case Approval Was Affirmed", C.APPROVED, "en.title.reaffirmed"),
    (
        "Case Approval Was Reaffirmed And Mailed Back To Department Of State",
        C.SENT_TO_DOS,
        "en.title.reaffirmed-dos",
    ),
    ("Approval Was Rescinded", C.REVOKED_TERMINATED, "en.title.approval-revoked"),
    ("Revocation Notice Was Sent", C.REVOKED_TERMINATED, "en.title.revoked"),
    ("Parole Was Terminated", C.REVOKED_TERMINATED, "en.title.terminated"),
    ("Intent To Rescind Notice Was Mailed", C.NOIR_ISSUED, "en.title.intent-to-revoke"),
    ("Response To Notice Of Intent To Deny Was Received", C.RESPONSE_RECEIVED, "en.title.response-to-notice"),
    ("Document Was Destroyed And Letter Was Received", C.DOC_DESTROYED, "en.title.destroyed-on-return"),
    ("Card Was Returned With Correspondence", C.RESPONSE_RECEIVED, "en.title.returned-with-letter"),
    ("Oath Ceremony Notice Was Returned As Undeliverable", C.MAIL_RETURNED, "en.title.notice-returned"),
    ("Request For Evidence Was Returned As Undeliverable", C.MAIL_RETURNED, "en.title.notice-returned"),
    ("Card Could Not Be Delivered", C.MAIL_RETURNED, "en.title.document-returned"),
    ("Document Is Being Held For 180 Days", C.MAIL_RETURNED, "en.title.document-returned"),
    ("Case Was Transferred To Schedule An Interview", C.TRANSFERRED, "en.title.sent-for-interview"),
    ("Placed In Line For Interview Scheduling", C.INTERVIEW_READY, "en.title.interview-ready"),
    ("Interview Was Descheduled", C.INTERVIEW_CANCELLED, "en.title.interview-cancelled"),
    ("Request For Evidence Response Was Received", C.RESPONSE_RECEIVED, "en.title.response"),
    ("Case Was Sent To National Visa Center", C.SENT_TO_DOS, "en.title.to-dos"),
    ("Case Was Administratively Closed", C.CLOSED, "en.title.closed"),
    ("Employment Authorization Was Approved", C.APPROVED, "en.title.approved"),
    ("Application For Waiver Was Denied", C.DENIED, "en.title.denied"),
    ("Denial Notice Was Mailed", C.DENIED, "en.title.denial-notice"),
    ("Rejection Notice Was Sent", C.REJECTED, "en.title.rejection-notice"),
    ("Approval Notice Was Sent", C.APPROVED, "en.title.approval-notice"),
    ("Receipt Notice Was Mailed", C.RECEIVED, "en.title.receipt-notice"),
    ("Transfer Notice Was Sent", C.TRANSFERRED, "en.title.transfer-notice"),
    ("Motion To Reopen Was Granted", C.REOPENED, "en.title.motion-granted"),
    (
        "Certified Denial Of My Case Was Reversed By The Appellate Authority",
        C.APPROVED,
        "en.title.certified-denial-falls",
    ),
    ("Temporary Protected Status Was Withdrawn", C.REVOKED_TERMINATED, "en.title.status-withdrawn"),
    ("Case Rejected For Payment Not Signed", C.REJECTED, "en.title.rejected"),
)

NESTED_VERBS = (
    "We received your Form I-824, Application for Action on an Approved Application or Petition, "
    "Receipt Number IOE0912345678."
)

DESCRIPTIONS: tuple[Example, ...] = (
    ("We received a letter that names your new attorney.", C.ADMIN_UPDATE, "en.representative"),
    ("The check for your case was returned by your bank.", C.FEE_PAYMENT, "en.payment-problem"),
    ("We posted your USCIS immigrant fee.", C.FEE_PAYMENT, "en.immigrant-fee"),
    ("We faxed you a reply to your question.", C.ADMIN_UPDATE, "en.fax-reply"),
    ("We looked again and affirmed our earlier denial.", C.DENIED, "en.certified-denial-stands"),
    ("The court reversed our approval.", C.DENIED, "en.certified-approval-falls"),
    ("We certified the approval and sent it on.", C.APPEAL_MOTION, "en.certified"),
    ("We confirmed the withdrawal of your appeal.", C.APPEAL_MOTION, "en.appeal-withdrawn"),
    ("We granted your motion.", C.REOPENED, "en.motion-granted"),
    ("We sent you a notice of intent to deny your case.", C.NOID_ISSUED, "en.intent-to-deny"),
    ("The Department of State has your case; we affirmed it.", C.SENT_TO_DOS, "en.approval-reaffirmed-dos"),
    ("We reviewed your case and affirmed our approval.", C.APPROVED, "en.approval-reaffirmed"),
    ("Your approved petition was not revoked.", C.APPROVED, "en.not-revoked"),
    ("We decided not to grant what you asked for.", C.DENIED, "en.not-granted"),
    ("We terminated your deferred action.", C.REVOKED_TERMINATED, "en.deferred-action-ended"),
    ("We granted you deferred action.", C.APPROVED, "en.deferred-action"),
    ("Your case was not approved or denied today.", C.UNKNOWN, "en.negated-decision"),
    ("We lifted the hold.", C.IN_REVIEW, "en.hold-lifted"),
    (NESTED_VERBS, C.RECEIVED, "en.received"),
    ("We denied your request for expedited processing.", C.EXPEDITE, "en.expedite-answer"),
    ("We updated your name.", C.ADMIN_UPDATE, "en.personal-data"),
    ("We ordered your new card and will mail it.", C.DOC_PRODUCTION, "en.produced"),
    ("We were able to reuse your fingerprints.", C.BIOMETRICS_DONE, "en.biometrics-done"),
    ("We closed your case because you have the benefit.", C.CLOSED, "en.closed"),
    (
        "We received your response to our notice of intent to deny your case.",
        C.RESPONSE_RECEIVED,
        "en.response-to-notice",
    ),
    ("After a notice of intent to deny, we denied your case.", C.DENIED, "en.denied"),
    ("You did not appear. We may consider your case abandoned.", C.NO_SHOW, "en.no-show"),
    ("We granted you Temporary Protected Status.", C.APPROVED, "en.approved"),
    ("We withdrew your Temporary Protected Status.", C.REVOKED_TERMINATED, "en.status-terminated"),
    ("We resumed work on your case, which was on hold.", C.IN_REVIEW, "en.hold-lifted"),
    ("We rejected your case. If it had been denied, you could appeal.", C.REJECTED, "en.rejected"),
)

SPANISH_TITLES: tuple[Example, ...] = (
    ("Solicitud De Procesamiento Acelerado Recibida", C.EXPEDITE, "es.expedite-answer"),
    ("Tarifa De Huellas Dactilares Fue Recibida", C.RECEIVED, "es.fingerprint-fee"),
    ("Reembolso De Tarifa Enviado", C.FEE_PAYMENT, "es.refund"),
    ("Formulario G-28 Fue Rechazado", C.ADMIN_UPDATE, "es.representative-refused"),
    ("Formulario G-28 Fue Recibido", C.ADMIN_UPDATE, "es.representative"),
    ("Nombre Fue Actualizado", C.ADMIN_UPDATE, "es.personal-data"),
    ("Notificación Duplicada Fue Enviada", C.ADMIN_UPDATE, "es.copy-of-notice"),
    ("Apelación Fue Desestimada", C.APPEAL_MOTION, "es.appeal-lost"),
    ("Apelación Fue Recibida", C.APPEAL_MOTION, "es.appeal"),
    ("Caso Reabierto", C.REOPENED, "es.reopened"),
    ("Notificación De Intención De Revocar Enviada", C.NOIR_ISSUED, "es.intent-to-revoke"),
    ("Notificación De Intención De Denegar Enviada", C.NOID_ISSUED, "es.intent-to-deny"),
    ("El Caso No Fue Aprobado", C.UNKNOWN, "es.negated-decision"),
    ("Aprobación Fue Revocada", C.REVOKED_TERMINATED, "es.revoked"),
    ("Tarjeta Destruida", C.DOC_DESTROYED, "es.destroyed"),
    ("Notificación Fue Devuelta", C.MAIL_RETURNED, "es.notice-returned"),
    ("Tarjeta Devuelta A USCIS", C.MAIL_RETURNED, "es.document-returned"),
    ("Tarjeta Recibida Junto Con Mi Carta", C.RESPONSE_RECEIVED, "es.returned-with-letter"),
    ("Solicitud De Evidencia Inicial Enviada", C.RFE_ISSUED, "es.evidence-requested"),
    ("Entrevista Cancelada", C.INTERVIEW_CANCELLED, "es.interview-cancelled"),
    ("Entrevista Completada", C.INTERVIEW_COMPLETED, "es.interview-held"),
    ("Caso Listo Para Ser Programado Para Una Entrevista", C.INTERVIEW_READY, "es.interview-ready"),
    ("Cita De Huellas Dactilares Programada", C.BIOMETRICS_SCHEDULED, "es.biometrics-scheduled"),
    ("Departamento De Estado Envió El Caso A USCIS", C.IN_REVIEW, "es.from-dos"),
    ("Caso En Espera", C.ON_HOLD, "es.hold"),
    ("Caso Cerrado", C.CLOSED, "es.closed"),
    ("Caso Fue Rechazado", C.REJECTED, "es.rejected"),
    ("Notificación De Continuación Enviada", C.NOTICE_MAILED, "es.notice"),
)

SPANISH_DESCRIPTIONS: tuple[Example, ...] = (
    ("Recibimos su caso y le eximimos de pagar la tarifa.", C.RECEIVED, "es.fees-waived"),
    ("Rechazamos su solicitud porque no estaba firmada.", C.REJECTED, "es.sent-back"),
    ("Destruimos la tarjeta que usted devolvió.", C.DOC_DESTROYED, "es.destroyed-on-return"),
    ("Nadie se presentó a la cita.", C.NO_SHOW, "es.no-show"),
    ("Ordenamos su nueva tarjeta.", C.DOC_PRODUCTION, "es.produced"),
    ("Rechazamos su caso.", C.DENIED, "es.reviewed-and-denied"),
)
