"""The words of titles and texts that the grammar has accounted for.

A title or a text is read with confidence only when each of its words is one of these: a word that nobody
thought of may turn the meaning around.
"""

from __future__ import annotations

import re

_ENGLISH = """
a aao abandoned acceptance accepted acknowledged acknowledgement acknowledgment action actions
actively additional address administrative administratively advance affirmed after again along
amended an ancillary and another appeal appeals appear appellate applicant applicants application
applied appointment approval approved are as asked assigned asylum at authority authorization
automatically awaiting back bank based be because been being beneficiary benefit benefits biometric
biometrics birth bureau business by canceled cancelled cannot card case center ceremonies ceremony
certificate certificates certification certified changed circumstance civics class cleared closed
collected completed conducted consideration consulate correct corrected correspondence could
country court currently date decision deliver delivered denial denied deny department descheduled
destroyed determined dismissed document documents duplicate eligible emailed employer employment
english evidence executive expedite expired extension failed fee fees field filed filing
fingerprint fingerprints for form forwarded from gender given granted green had has have hearing
held hold i immigration improperly in incorrect initial insufficient intent international interview
interviews is issued it judge jurisdiction juvenile letter lifted line local lockbox longer mail
mailed me means missed money motion moved must my name national naturalization new no not notice
notices nvc oath of office officer on one opened or order ordered originating other over paid
parole passport payment pending permanent permit personally petition petitioner picked pilot placed
policy post postal posted pre premium primary processed processing produced production program
protected queue ready reaffirmed reason receipt received reconsider reconsideration reconsidered
reentry referred refugee refund refunded rejected rejection relocated remains remanded removed
reopen reopened replacement representative request requested requests reschedule rescheduled
rescind rescission resident response returned returning reversed review reviewed reviewing
revocation revoke revoked schedule scheduled scheduling section sent service services set shipped
show showed showing signed special state states status stay still submitted supporter taken
temporary terminate terminated termination that the their they this to transferred travel
undeliverable under unit united updated upheld uscis usps validity version visa waiting waived
waiver was we welcome were will with withdrawal withdrawn without work you your
"""

_SPANISH = """
a aao acelerado aceptada aceptado activamente actualizada actualizado actualmente adelantado
adicional administrativamente administrativas afirmada agilizacion al apelacion apelaciones
aprobacion aprobada aprobado audiencia aun automaticamente autorizacion aviso biometricos
cancelacion cancelada cancelado carta caso centro ceremonia cerrada cerrado certificado cita
citacion comparecencia comparecer completada completado con concedido correo correos
correspondencia corte dactilares datos de decision del denegacion denegada denegado departamento
desestimada desestimado desestimamos desestimo destruida destruidas destruido devolucion
devolviendo devuelta devuelto documento documentos duplicada ee ejecutiva el electronico emitida
emitido emitimos empleo en entregada entregado entregar entrevista enviada enviadas enviado envio
es espera esta estado estados evidencia evidencias exonerada exoneradas fecha fue fueron ha huella
huellas informar inicial inmigracion inmigrante juez juramentacion juramento jurisdiccion la las
lista listo litigio local lockbox los me mi mis mocion nacimiento nacional naturalizacion nombre
notificacion notificaciones nueva nuevo oficina otorgada otorgado otra para permanente permiso
peticion peticionario poderse por postal premium procesado procesamiento procesando proceso
producida producido programada programado proteccion que queda reabierta reabierto reafirmada
reapertura rechazada rechazado recibida recibidas recibido recibo recogida reconsideracion
reembolsada reembolso referida referido referimos reingreso remitida remitido remitimos
reprogramada residente respuesta retirada retirado retiro revisado revision revocada revocado se
ser sera servicio sido siendo solicitud su tarifa tarifas tarjeta temporal tiene toma tomadas tomar
tomaron tramite transferida transferido tribunal una unidos uscis usps uu viaje visas y
"""

ENGLISH_WORDS = frozenset(_ENGLISH.split())
SPANISH_WORDS = frozenset(_SPANISH.split())
# An English word cannot stand in a Spanish title by chance: one set serves both.
UNDERSTOOD = ENGLISH_WORDS | SPANISH_WORDS

# What texts say beside the words of titles, around the event that they tell of.
_ENGLISH_TEXT = """
aao able about above abroad accept access accordance according account act activity additionally
adjustment administration adult affect agency agent ago alien all allowed already also among amount
annual any applications approximately april area areas around article assistance assistant associate
associated association asylee attached august authorities authorized available barcode basic basis
batch before began begun behalf below beneficiaries between biographic board book both box branch
building businesses california came can canada candidate capacity category central certain charge
charged chicago chief child children citizen citizens citizenship city clearance code collection
college column combined come common community company complete completing completion complex computer
concerning conditional confirm confirmed connection consular contact containing content contents
continuation continue contract copies copy correctly cost council county course covered credit crew
current customer cw daily dallas data database daughter day days december dedicated degree delivery
dependent dependents derivative describe described describes describing detail details determine
development device did digital direct direction directly director district division do doctor does
domestic done download draft duration during each earlier easily east eastern economic education
efficient eight electronic electronically elements email embassy employee employees employers enclosed
enter entered entire entry equipment establish established estimate estimated europe every exactly
examination example exchange existing expedited explain explained explaining explains explanation
extended facilities facility fact facts failure family farm father february federal fiance fields fifth
figure file filled final finance finances financial find first five florida folder follow following
foreign forms found four fourth friday full function fund funds further future gave general generally
give gives going government grade ground group groups guide handled hardship he head headquarters
health hear help her here high higher him his history holder holders home hospital host house household
housing how hundred husband identification identified identity if image important included includes
including income independent index individual individuals industry inform information informed
informing inside inspection institute institution instructions insurance intend intended intends intention
internet into introduced
investment investor investors island its january job jobs joint july june kept key kind knowledge labor
land language large larger latest law lawful lawfully laws least legal legalization length level
library license life light link links list listed lists litigation located location lockboxes lodged
log looked looking machine made maintain major majority make man management manager manual many map
march mark market marriage married master match materials matter matters maximum may meaning mechanism
medical member members message method middle mile military million minimum ministry minor minute
minutes mission model modern monday month months more morning most mother mr mrs much multiple named
names nation nations native near nearly nebraska necessary need network next nine nobody nonimmigrant
normal north northern nothing notified notify november now number numbered numbers october officers
ohio old ones online operation operations option options organization original our outcome overall
oversight own owner owners pack package packages packet page pages pair paper papers parent parents
parolee partner passed people philadelphia phoenix phone photo photos physical pickup place plan plans
points policies population port position potomac practice prepared prepares presented president
principal printing priority private process product professional profile project properly property
provide provided provides public published purchase purpose qualify quality quarter quick quickly range
rate rates reach reading real reasons recent recently reconcile record recorded records reference
referenced regarding regional register registered registration related relating relation relationship
relative relatives relevant religious remitter remote rep report reported reports republic required
research reserve residence residents resources resubmit result results resumed revenue road role route
routed rule rules s safe same san saturday scan scanned school science search season seat second
secretary sector secure security see select selected self semiannual send sending senior sense
september serial series session seven several she short sign significantly similar simple since single
site sites size small so social software some son source sources south southern space specialist
specific specifically speed sponsor spouse square staff standard start started statement station step
steps storage store street structure student students studies study style submission submits such
summary summer sunday supplement support supported supporting survey sworn system systems table take
team technical technology telephone tell ten tenth term terms texas text than them then there these
things third those thousand three through throughout thursday ticket time times title today together
total track tracking trade traditional traffic trainee training transaction transfer transport
treatment treaty tuesday twelve twenty two typical typically union unique units university until up
update updates upper us use used using usual usually value values various vehicle verification vermont
via video village virginia visit visiting voice volume washington way website wednesday week weekend
weeks well west western what when where which while who whole why wide wife window winter withdraw word
words worked worker workers working worldwide write written wrote year years york zip zone
"""

_SPANISH_TEXT = """
abierta abogado abril acceso aceptacion acta actividad actividades actual actuales acuerdo adicionales
administracion afecta agencia agencias agente agosto ahora ajuste algo algun alguna alojamiento ambos
anadida anadieron ano anos antes anticipada anual anuales apellido aplicado aprobamos aqui archivo
articulo asignada asignado asistencia asociacion atencion atendida autoridad autoridades barra basada
basado base basica beneficiario biografica biograficos biometria cada calidad calle camino cantidad
capital casa categoria cerca ciencia cinco ciudad ciudadania ciudadano ciudadanos clase clases codigo
colegio comenzo comercial comision como compania completamos comprobante computadora comun comunicacion
comunicamos comunidad condado condicional confirmamos conjunto conocimiento consejo consulado
consulados contactar contenido contiene contrato conyuge copias correccion costo creacion credito cual
cualquier cuando cuatro cuenta cuyo denegamos dependiente dependientes derivado desde despues detalle
detalles dia diario dias dichos diciembre diez digitales direccion directa directamente directo
distrito diversos doce documentacion domicilio domingo dos durante edad edificio educacion ejemplo
electronica electronicos ella embajada embajadas empleador empleadores empresa empresas encuentra
encuentran enero entrego enumera enviados enviamos envios equipo equipos era esa escuela ese eso esos
esposa esposo estan estatal este esto estos estudiante etapa examen expediente expedientes explica
explicacion exterior extranjero facil familia familiar familiares febrero fechas figura fin finales
fiscal folio fondo fondos forma formas formulario formularios foto fotografia fotografias fotos funcion
gobierno gratis grupo guia han hasta hemos hija hijo hijos historia hogar hombre hora horas hoy
identidad identificacion idioma imagen impreso impuestos incluida incluidas incluido incluidos incluye
incluyen incluyendo indicada indicado individuo industria informacion informamos informe ingles ingreso
ingresos inicio instalaciones institucion instituto instrucciones interior interna internacional
inversionista investigacion izquierda jefe jornada jueves julio junio junto justicia laboral larga le
lector lengua les ley leyes libertad licencia linea lineas listas lo lugar lugares lunes madre maestro
manera mapa marco martes marzo mas material materiales matrimonio maximo mayo mayor mayores mayoria
mediante medico medicos medida medio medios mejor mensaje mes meses metodo miembro miembros miercoles
mil militar minimo ministerio minuto minutos mismo modelo modo momento motivo motivos muestra mujer
mundo municipal nacion necesaria necesario ningun nivel nombrado nombres normalmente norte nos nosotros
notas notificamos notificarle noviembre nuestra nuestras nuestro nuestros nuevas nueve nuevos numero
numeros o objeto obra ocho octubre oficial oficiales oficinas opcion opciones operacion orden ordenamos
organizacion origen otras otro otros padre padres pagina paginas pais paises palabra palabras papel
papeles pareja parentesco pariente parte particular partida pasaporte paso pasos pedido periodo
permanentes planes plataforma plaza politica porque portal posicion postales practica presentada
presentado presente presento presidente primer primera primero principales privado procedimiento
procesamos procesaremos procesos produccion producimos productos produjimos profesion profesional
programa programamos programas promedio propia propiedad propio proporcionada proporciono proximos
proyecto publica publicada publico punto puntos quien quienes rapida rapidamente razon razonable
razones reafirmado reanudamos rechazamos recibimos recibio recibos reciente recientemente recoger
recogio recursos red referencia region registrada registro registros regla reglas relacion relacionada
relacionadas relacionado relaciones religiosa religioso representante representantes reprogramamos
republica residencia residentes respecto responsable resultado resultados resumen retirar reunidas
reunion revisamos revisando revista sabado sala salud seccion secretaria seguimiento segun seguridad
seguro seis semana semanas septiembre serie servicios sesion si siete siguiente siguientes sistema
sistemas sitio sobre sociedad solicitudes sur sus tal tambien tecnica tecnologia telefonica telefono
temas temporada tercer tercera terminacion terminamos texto tiempo tipo tipos titular titulo titulos
todo todos tomamos trabajador trabajadores trabajando trabajo trabajos tradicion traduccion
transferimos transito tras traves tres tuvo ubicacion ultima ultimo un unas unica unico unidad unidades
universidad uno unos usted ustedes usuario valor varias varios veces ver verano vez viernes vigente
vista vivienda web ya zona zonas
"""

# What advice says besides: where to write to, how to follow a letter.
_ADVICE = """
aao accredited allow answer any anything aparecen applicable arrive arrives asignado ask associated
attorney avoid breve but call cambio changes check click comenzado comunicaremos conserve conservela
consular consulta consultar contacto contains continuacion copia copy customer darnos deadline destroy
direct documentation effect encontrar enviar enviaremos enviarle enviarnos expires favor go gracias
guarde guidance hacer herramientas immediately informarnos inquiries inquiry instrucciones instruction
instructions keep link llame llegue located login mailing medida move nada necesitamos needs
notificaremos notificarnos nuevamente obtain online otherwise paciencia part patience pero petitions
pida please posible possible previously priority proporcionara provides puede pursue questions quick
rapidas receive recibe recibira represented resend residential resolved sabremos seguimiento serious
shortly should siga situacion situation solicitar something soon submit suya thank thanks tomamos
tomemos tools trabajar track unavailable usar vaya verificar visitando visite waits webpage website
wish wishes
"""

# What names, days and numbers are replaced by before a text is read.
_TOKENS = """
xalong xappearance xdate xfeewaiver xform xhour xplace xpremium xread xreceipt xsummons
"""
TEXT_WORDS = UNDERSTOOD.union(_ENGLISH_TEXT.split(), _SPANISH_TEXT.split(), _TOKENS.split())
ADVICE_WORDS = TEXT_WORDS.union(_ADVICE.split())

# Of which no sentence can be made that changes anything.
_HARMLESS = """
a about account address addresses al algun alguna all also an and anexa anexo any aparece aparecen aqui
are area arrive arrives as asimismo ask at attached available aviso avisos be been begin begins being
both by call camino can card carta cartas center central centro como con conserve conservela contact
contains contents contiene contienen copia copias copies copy correo correos correspondencia cual
cuales cuenta currently customer de decision decisiones del describe describen describes describing
details detalla detalles direccion directamente directly disponible each el electronico email emailed
en enclosed encuentra enumera enumeran envelope enviamos enviara enviaremos es esta estan este esto
every explain explaining explains explica explican file find first follow following follows for form
from fue general gives giving gracias guarde guia hand has hay help hora how i if in includes including
incluye incluyen informacion information inside instrucciones instructions is it its junto keep la las
le les letter letters linea lista lists llegar llegara lleva lo local located location los lugar mail
mailed mailing may medio mencionada mensaje mismo more motivos next nos notice notices notificacion
notificaciones notificamos notified notify nuestra nuestro number numero o of office officer officers
offices oficial oficina oficinas on once online opciones options or original our page pages pagina
paper papers para pasos pida place please por porque post postal preguntas proxima proximos pues que
questions quien razones reach read reads reason reasons receipt recibo record records refer reference
registro regular respecto same se seccion section see seguimiento send sending sends sent separate
separately service services servicio shortly show shows sigue siguientes sitio so sobre son soon states
status steps su such sus tambien telefono telephone tell tells that the them there these they this
those through tiempo time times to tools track tracking un una under united us uscis use used using
usps usted visit was way we web website were what when where which who why will with writing written
xdate xform xplace xread xreceipt y you your
"""
# Nor with these, while the case is open.
_WORK = """
added again anadieron applied assigned aun began case cases caso continue continues fingerprints finish
huellas looked move moving must now nuevamente procesado procesamos procesando proceso process
processed processing reanudamos resume resumed resumes review reviewed reviewing revisado revisando
siendo step still system trabajando trabajo work working
"""
# Nor with these, where the client was asked for something and knows it.
_WANTED = """
actualice answer answers appointment ask asks before bring case ceremonia ceremony cita current date
deadline documentation documento documentos documents entrega entrevista envie evidence evidencia fecha
hasta interview list lleve materials necesita necesitamos necesitan need needed needs oath peticion
petition pide piden pidio presente receive received request requested requests respond responda
responder response respuesta submit telling until update
"""

# Of what advice is about: the office and its services, and a visit to it.
_SERVICES = """
accesible accommodation accredited advice alertas alerts answers any aplicacion app archivos assistance
assistant attorney attorneys average basic bookmark box buscar buzon can cannot careful carefully carpeta
carrier case cases cash caso center centers certificadas certified change channels charges chat check
cheques clearly clientes closed cerradas common comun conocer consulta consultar contacto copias correct
cost create cree cuenta cuidese current daily deaf deben delivery depend desktop details devices differ
dinero directions do does documents download descargue early easy eastern efectivo emma english ensure
espanol espera estado estafas estar estimates everything evite facebook faster faq favor federal federales
fee feriados fees filing fines folder forms formularios forwarded fraud fraude free frequently future
general
gift gov government gratis gratuita gratuito gratuitos guides haga handy hard have hearing here high hold
holidays hotline hour hours idioma idiomas imprima impaired incluida informed ingles inscribase install
instagram internet interpreter interpreters junk keep know language languages lawyer lawyers learn legal
limited line lines linea llamar llame local login longer mailbox make many media mensaje mensajes message
messages mobile money more most need never news newsletter no not notificaciones notifications oficial
only
open opt original originals other over password patience people person phone phones please portal
preguntar
pregunta print privacy procesamiento processing publications question rates ready receive recibir redes
reembolsables refundable refunded refunds region regional registrese regular relay report representative
representatives required respond responda retain reply revise rights safe save saved scammers scams screen
secure see seek seguir segun seguro seriously service services sharing si siganos site sitio sites sms
social
sociales sometimes spam spanish standard store su support sure suscribase tarifas tax telefonica texto
text
texts thank thanks tiempos toll tone tool track traducciones translation translations try tty tutorials
twitter typically unless up update updated updates username using usual usually varian vary videos virtual
visitor visite volumes wait waiting waiver web weekends weeks welcome without worry write xlink yearly
youtube monday tuesday wednesday thursday friday saturday sunday mondays fridays lunes viernes p m
sign beware must certified take eligible allow reach websites value protect email official enroll receives
gets will has copy ready common find data apply available appreciate cooperation subscribe
accurate complete completas gracias paciencia su sus todo todos nuestra nuestras nuestros la lo que nos
envie
envia enviado understand signed everyone envien anyone day days dias deseado asunto
"""
_VISIT = """
abogado accessible adult adults allowed antes appointment appropriate area armas arrival arrive badge bags
before belongings bring bringing brings brief building bus camera cameras car carry casual cell
children cita
clock clothes clothing coat comfortable comida comoda comodos companion companions count desk dress drink
drinks driver during early edificio electronic enter entering entrance entrada estacionamiento eyeglasses
family feel food formal foto friends front garage glasses go green guest guests hat hats headphones
identificacion identification id inside interprete interview invite issued ill jacket jewelry kids knives
laptop laptops least leashed leave lectura license lighters limit limitado line lleve llegue lobby
location
long main mascarilla mascarillas masks mask medication members metal minute minutes minutos nearby ni
nearest
noise off oath obligatorias one opcional opcionales optional outside own parking passport passports pen
people
pencil perfume permitidos permitted pets photo photos picture plan possible prepared prohibited proper
public
puede punctual quiet reading recommended relatives reschedule room ropa scarf scheduled screening seat
seats
security sharp shoes should shorts sick silent silenced slippers smoking snacks speak space spend stay
street
subway takes taxi temprano ten than thirty tiempo train traer traiga translator transportation turned
switched
extra spend through into must be not no brought with you two uniform valid habla valet valuables
vehicle vehicles vista wait waiting water weapons wear wearing wheelchair
wheelchairs witness home hora horas unos cerca dos edad quince fifteen three half
"""

HARMLESS_WORDS = frozenset(_HARMLESS.split())
SERVICE_WORDS = HARMLESS_WORDS.union(_SERVICES.split())
VISIT_WORDS = SERVICE_WORDS.union(_VISIT.split())
WORK_WORDS = frozenset(_WORK.split())
WANTED_WORDS = frozenset(_WANTED.split())

_WORD = re.compile(r"[a-z]+")


def knows(said: str, words: frozenset[str]) -> bool:
    """Whether a text without names is made of these words alone; marks of what did not happen are none."""
    return words.issuperset(_WORD.findall(re.sub("xnot|xmay", "", said).lower()))
