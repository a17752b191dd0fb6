"""The words of titles that the grammar has accounted for.

A title is read with confidence only when each of its words is one of these: a word that nobody
thought of may turn the meaning around.
"""

from __future__ import annotations

_ENGLISH = """
a abandoned acceptance accepted acknowledged acknowledgement acknowledgment action actions actively
additional address administrative administratively advance affirmed after again along amended an
ancillary and another appeal appeals appear appellate applicant applicants application applied
appointment approval approved are as asked assigned asylum at authority authorization automatically
awaiting back bank based be because been being beneficiary benefit benefits biometric biometrics
birth bureau business by canceled cancelled cannot card case center ceremonies ceremony certificate
certificates certification certified changed circumstance civics class cleared closed collected
completed conducted consideration consulate correct corrected correspondence could country court
currently date decision deliver delivered denial denied deny department descheduled destroyed
determined dismissed document documents duplicate eligible emailed employer employment english
evidence executive expedite expired extension failed fee fees field filed filing fingerprint
fingerprints for form forwarded from gender given granted green had has have hearing held hold i
immigration improperly in incorrect initial insufficient intent international interview interviews
is issued it judge jurisdiction juvenile letter lifted line local lockbox longer mail mailed me
means missed money motion moved must my name national naturalization new no not notice notices nvc
oath of office officer on one opened or order ordered originating other over paid parole passport
payment pending permanent permit personally petition petitioner picked pilot placed policy post
postal posted pre premium primary processed processing produced production program protected queue
ready reaffirmed reason receipt received reconsider reconsideration reconsidered reentry refugee
refund refunded rejected rejection relocated remains remanded removed reopen reopened replacement
representative request requested requests reschedule rescheduled rescind rescission resident
response returned returning reversed review reviewed reviewing revocation revoke revoked schedule
scheduled scheduling section sent service services set shipped show showed showing signed special
state states status stay still submitted supporter taken temporary terminate terminated termination
that the their they this to transferred travel undeliverable under unit united updated upheld uscis
usps validity version visa waiting waived waiver was we welcome were will with withdrawal withdrawn
without work you your
"""

_SPANISH = """
a acelerado aceptada aceptado activamente actualizada actualizado actualmente adelantado adicional
administrativamente afirmada agilizacion al apelacion aprobacion aprobada aprobado audiencia aun
automaticamente autorizacion aviso biometricos cancelacion cancelada cancelado carta caso centro
ceremonia cerrada cerrado certificado cita completada completado con concedido correo correos
correspondencia dactilares datos de decision del denegacion denegada denegado departamento destruida
destruidas destruido devolucion devolviendo devuelta devuelto documento documentos duplicada ee el
electronico emitida emitido empleo en entregada entregado entregar entrevista enviada enviadas
enviado envio es espera esta estado estados evidencia evidencias exonerada exoneradas fecha fue
fueron ha huella huellas informar inicial inmigrante juramentacion juramento jurisdiccion la las
lista listo litigio local lockbox los me mi mis nacimiento nacional naturalizacion nombre
notificacion notificaciones nueva nuevo oficina otorgada otorgado otra para permanente permiso
peticion peticionario poderse por postal premium procesado procesamiento procesando proceso
producida producido programada programado proteccion que queda reabierta reabierto reafirmada
reapertura rechazada rechazado recibida recibidas recibido recibo recogida reconsideracion
reembolsada reembolso reingreso reprogramada residente respuesta retirada retirado retiro revisado
revision revocada revocado se ser sera servicio sido siendo solicitud su tarifa tarifas tarjeta
temporal tiene toma tomadas tomar tomaron tramite transferida transferido una unidos uscis usps uu
viaje visas y
"""

ENGLISH_WORDS = frozenset(_ENGLISH.split())
SPANISH_WORDS = frozenset(_SPANISH.split())
# An English word cannot stand in a Spanish title by chance: one set serves both.
UNDERSTOOD = ENGLISH_WORDS | SPANISH_WORDS
