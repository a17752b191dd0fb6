"""The words of titles that the grammar has accounted for.

A title is read with confidence only when each of its words is one of these: a word that nobody
thought of may turn the meaning around.
"""

from __future__ import annotations

_ENGLISH = """
a abandoned acceptance accepted acknowledged acknowledgement acknowledgment action actions actively
additional administrative administratively advance affirmed after along amended an ancillary and
another appeal appeals appear appellate application applied appointment approval approved are as
assigned asylum at authority authorization automatically awaiting back based be because been being
benefit benefits biometric biometrics birth bureau business by canceled cancelled card case center
ceremony certificate certified changed circumstance civics cleared closed collected completed
conducted consideration consulate correct corrected correspondence could court date decision
delivered denial denied department descheduled destroyed determined dismissed document documents
duplicate emailed employer employment english evidence executive expedite extension failed fee fees
field filed filing fingerprint fingerprints for form forwarded from given granted green had has have
held hold i immigration improperly in incorrect initial insufficient intent international interview
is issued it judge jurisdiction juvenile letter lifted line local lockbox mail mailed me means
missed moved my name national naturalization new no not notice oath of office officer on opened or
order ordered originating other over parole pending permanent permit personally petition picked
placed policy post postal premium primary processed processing produced production program queue
ready reaffirmed reason received reconsideration reconsidered reentry refugee refund refunded
rejected relocated remains remanded removed reopened replacement representative request requested
requests reschedule rescheduled rescind rescission resident response returned returning review
reviewed reviewing revocation revoke revoked schedule scheduled section sent service services set
shipped show showed showing signed special state states status stay still submitted taken temporary
terminate terminated termination that the their they this to transferred travel undeliverable under
unit united updated upheld uscis usps validity visa waived waiver was we were will with withdrawal
withdrawn without work you your
"""

_SPANISH = """
a activamente actualizada actualizado adelantado adicional al apelacion aprobacion aprobada aprobado
aun autorizacion aviso biometricos cancelada cancelado carta caso ceremonia cerrado certificado cita
completada completado con correo correspondencia dactilares datos de decision del denegacion
denegada denegado departamento devuelta devuelto documento documentos duplicada ee el electronico
emitida emitido empleo en entregada entregado entrevista enviada enviado es esta estado estados
evidencia evidencias fecha fue fueron ha huellas informar inicial inmigrante juramentacion juramento
jurisdiccion la las lista listo local los me mi mis nacimiento nombre notificacion notificaciones
nueva nuevo oficina otra para permanente permiso peticion por postal premium procesado procesamiento
proceso producida producido programada programado que queda reabierta reabierto rechazada rechazado
recibida recibido recibo recogida reembolso reprogramada residente respuesta retirada retirado
retiro revisado revision revocada revocado se ser servicio sido siendo solicitud su tarjeta tiene
tomadas tomaron transferida transferido una unidos uscis uu viaje y
"""

# An English word cannot stand in a Spanish title by chance: one set serves both.
UNDERSTOOD = frozenset(_ENGLISH.split()) | frozenset(_SPANISH.split())
