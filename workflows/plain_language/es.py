"""Palabras sencillas en español."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.plain_language.text import Wording

NOTHING = "No tiene que hacer nada por ahora."
WATCHING = "Revisamos su caso todos los días. Le escribiremos cuando haya un cambio."
STILL_OPEN = "Algo en su caso sigue pendiente. Envíenos todas las cartas de USCIS. Le diremos qué hacer."
CALL_SOON = "Su equipo legal le llamará o le escribirá en los próximos días."

OVERTAKEN = (
    "USCIS nos dijo algo nuevo, y algo de antes sigue abierto. Estamos averiguando cuál de las dos cosas "
    "vale. Hasta que le avisemos, por favor haga lo que le pedimos aquí."
)
UNSETTLED = (
    "USCIS nos dijo algo nuevo, y algo de antes sigue abierto con nosotros. Hasta que le avisemos que ya "
    "está hecho, por favor haga lo que le pedimos aquí."
)
# What a decision leaves is a matter of its form: these are left out where no date is open.
LIMITS = (
    "Hay una fecha límite y nosotros la vigilamos.",
    "Puede haber una fecha límite y nosotros la vigilamos.",
)

TEXTS: Mapping[str, Wording] = MappingProxyType(
    {
        "RECEIVED": Wording(
            "USCIS tiene sus papeles y abrió su caso.",
            "Guarde su aviso de recibo en un lugar seguro. Avísenos si se muda.",
            WATCHING,
        ),
        "BIOMETRICS_SCHEDULED": Wording(
            (
                "USCIS fijó un día para tomarle las huellas y una foto. La carta con la fecha y el "
                "lugar va en camino."
            ),
            (
                "Vaya el día que dice la carta. Lleve la carta y una identificación con foto. Si "
                "no puede ir, avísenos antes de ese día."
            ),
            "Le escribiremos en cuanto sepamos la fecha. Se la recordaremos antes.",
        ),
        "BIOMETRICS_DONE": Wording(
            "USCIS ya tiene sus huellas y su foto.",
            NOTHING,
            "Ahora USCIS estudia su caso. Puede tardar meses. Le escribiremos cuando haya un cambio.",
        ),
        "INITIAL_REVIEW": Wording(
            "USCIS está haciendo una primera revisión de sus papeles.",
            NOTHING,
            WATCHING,
        ),
        "IN_REVIEW": Wording(
            "Un oficial está estudiando su caso, o su caso está en la fila para un oficial.",
            NOTHING,
            (
                "Este paso suele ser el más largo. Revisamos todos los días y le escribiremos "
                "cuando haya un cambio."
            ),
        ),
        "RESPONSE_RECEIVED": Wording(
            "USCIS recibió los papeles que enviamos para contestar su carta.",
            NOTHING,
            "USCIS leerá la respuesta y después decidirá. Le escribiremos cuando lo haga.",
        ),
        "TRANSFERRED": Wording(
            "USCIS pasó su caso a otra oficina. Esto sucede a menudo y no es mala señal.",
            "No tiene que hacer nada. Si recibe una carta sobre el cambio, envíenos una copia.",
            WATCHING,
        ),
        "ON_HOLD": Wording(
            "USCIS puso su caso en pausa por ahora. Puede que el motivo no tenga que ver con usted.",
            NOTHING,
            "Lo estamos averiguando. Le escribiremos cuando su caso siga adelante.",
        ),
        "RFE_ISSUED": Wording(
            "USCIS necesita más papeles antes de decidir. Esto es común. No es una denegación.",
            (
                "Envíenos cualquier carta que reciba de USCIS. No la conteste por su cuenta. Le "
                "diremos qué papeles necesitamos."
            ),
            "Hay una fecha límite y nosotros la vigilamos. " + CALL_SOON,
        ),
        "NOID_ISSUED": Wording(
            (
                "USCIS envió una carta sobre un problema en su caso. Todavía no ha decidido y "
                "podemos contestar."
            ),
            "Envíenos la carta en cuanto la reciba. Por favor, no la conteste por su cuenta.",
            "Hay poco tiempo para contestar. " + CALL_SOON,
        ),
        "NOIR_ISSUED": Wording(
            (
                "USCIS envió una carta que dice que podría retirar una aprobación. Todavía no ha "
                "decidido y podemos contestar."
            ),
            "Envíenos la carta en cuanto la reciba. Por favor, no la conteste por su cuenta.",
            "Hay poco tiempo para contestar. " + CALL_SOON,
        ),
        "NOTICE_MAILED": Wording(
            "USCIS envió una carta sobre su caso. En línea no podemos ver lo que dice.",
            "Cuando llegue la carta, envíenos una foto o una copia de todas las páginas.",
            "La leeremos y le diremos qué significa.",
        ),
        "INTERVIEW_READY": Wording(
            "Su caso está en la fila para una entrevista. Todavía no hay fecha.",
            "Por ahora no tiene que hacer nada. Avísenos si se muda o si piensa viajar.",
            "USCIS enviará una carta con la fecha. Le escribiremos cuando la veamos.",
        ),
        "INTERVIEW_SCHEDULED": Wording(
            "USCIS fijó una fecha para su entrevista. La carta con la fecha y el lugar va en camino.",
            "Envíenos una copia de la carta. Deje libre ese día. Si no puede ir, avísenos de inmediato.",
            "Acordaremos una hora con usted para preparar la entrevista.",
        ),
        "INTERVIEW_CANCELLED": Wording(
            "USCIS canceló la entrevista. Muchas veces es por la oficina y no por usted.",
            "No vaya en la fecha anterior. Guarde la carta que tiene.",
            "USCIS pondrá otra fecha o nos dirá qué sigue. Le escribiremos.",
        ),
        "INTERVIEW_COMPLETED": Wording(
            "Su entrevista ya se hizo. Ahora USCIS estudiará su caso y decidirá.",
            "Si el oficial le pidió papeles, avísenos hoy.",
            "La decisión puede tardar semanas o meses. Le escribiremos cuando llegue.",
        ),
        "NO_SHOW": Wording(
            "USCIS dice que nadie fue a la cita. A veces es un error.",
            "Por favor, llámenos hoy y díganos qué pasó.",
            "Pediremos a USCIS que lo corrija o que dé otra fecha. Le contaremos lo que respondan.",
        ),
        "OATH_CEREMONY": Wording(
            (
                "Usted está en la fila para prestar el juramento y obtener la ciudadanía de "
                "Estados Unidos, o ya tiene fecha."
            ),
            (
                "Espere la carta con la fecha. Llévela con su tarjeta de residente. Avísenos si no puede ir. "
                "Hasta que preste el juramento todavía no tiene la ciudadanía: no vote."
            ),
            "Le escribiremos cuando sepamos la fecha.",
        ),
        "APPROVED": Wording(
            "Buenas noticias: USCIS aprobó este trámite.",
            "Guarde la carta de aprobación cuando llegue. Envíenos una copia.",
            "Le escribiremos sobre lo que sigue para usted.",
        ),
        "SENT_TO_DOS": Wording(
            "Buenas noticias: USCIS terminó su parte y envió su caso al Departamento de Estado.",
            (
                "Por ahora no tiene que hacer nada. Si recibe un correo del Centro Nacional de "
                "Visas, envíenoslo."
            ),
            (
                "El Departamento de Estado puede tardar semanas en escribir. Le ayudaremos con los "
                "próximos pasos."
            ),
        ),
        "DOC_PRODUCTION": Wording(
            "Buenas noticias: USCIS está haciendo su tarjeta o documento.",
            "Revise que su dirección esté bien. Avísenos hoy si se mudó.",
            "Debe salir por correo en las próximas semanas. Le escribiremos cuando salga.",
        ),
        "DOC_MAILED": Wording(
            "Su tarjeta o documento está en el correo.",
            "Revise su buzón. Avísenos si no llega en dos semanas.",
            "Le escribiremos cuando el correo diga que lo entregó.",
        ),
        "DOC_DELIVERED": Wording(
            "Su tarjeta o documento fue entregado en su dirección.",
            "Revise su nombre y las fechas. Envíenos una copia. Si no lo tiene, llámenos hoy.",
            "Le escribiremos sobre la renovación o el próximo paso de su caso.",
        ),
        "MAIL_RETURNED": Wording(
            "Una carta o un envío de USCIS para usted fue devuelto. No se pudo entregar en su dirección.",
            "Por favor, llámenos hoy y díganos su dirección correcta.",
            "Daremos su dirección a USCIS y pediremos que lo envíen otra vez.",
        ),
        "DOC_DESTROYED": Wording(
            "USCIS dice que destruyó una tarjeta o un documento. Podemos averiguar por qué.",
            "Por favor, llámenos y díganos si recibió una tarjeta o si devolvió una.",
            "Le diremos si hace falta pedir otra.",
        ),
        "DENIED": Wording(
            "USCIS denegó este trámite. Sabemos que es una noticia difícil. Puede haber formas de seguir.",
            (
                "Por favor, llámenos esta semana. Guarde todas las cartas de USCIS. No salga del "
                "país antes de hablar con nosotros."
            ),
            f"{LIMITS[0]} Su abogada o abogado hablará con usted sobre sus opciones.",
        ),
        "REJECTED": Wording(
            (
                "USCIS devolvió los papeles sin estudiar el caso. Muchas veces hay que corregir una "
                "tarifa o un formulario."
            ),
            "Si los papeles le llegan a usted, envíenoslos todos.",
            "Veremos qué hay que corregir y le diremos cuándo los presentamos otra vez.",
        ),
        "WITHDRAWN": Wording(
            "USCIS dejó de trabajar en este trámite porque alguien lo pidió.",
            "Si usted no lo pidió, llámenos hoy.",
            "Le escribiremos si hay algo más que hacer.",
        ),
        "CLOSED": Wording(
            "USCIS cerró este caso. Puede que ya no haga falta una decisión.",
            "Si recibe una carta, envíenos una copia.",
            "Veremos por qué se cerró y le diremos qué significa para usted.",
        ),
        "REVOKED_TERMINATED": Wording(
            "USCIS dio por terminado este caso o retiró una aprobación. Puede haber formas de seguir.",
            (
                "Por favor, llámenos esta semana. Envíenos todas las cartas de USCIS. No salga del "
                "país antes de hablar con nosotros."
            ),
            f"{LIMITS[1]} Su abogada o abogado hablará con usted sobre sus opciones.",
        ),
        "REOPENED": Wording(
            "USCIS abrió su caso otra vez y lo volverá a estudiar.",
            "Por ahora no tiene que hacer nada. Si recibe una carta, envíenos una copia.",
            WATCHING,
        ),
        "APPEAL_MOTION": Wording(
            "Hay noticias sobre una apelación o una solicitud de volver a estudiar la decisión.",
            "Si recibe una carta, envíenos una copia.",
            "Su equipo legal leerá la noticia y le dirá qué significa.",
        ),
        "FEE_PAYMENT": Wording(
            "Hay noticias sobre una tarifa en su caso. Su caso sigue donde estaba.",
            "Si recibe una carta sobre una tarifa, envíenos una copia.",
            "Le escribiremos si hay una tarifa pendiente.",
        ),
        "EXPEDITE": Wording(
            "Hay noticias sobre una solicitud para ir más rápido con su caso. Su caso sigue donde estaba.",
            NOTHING,
            "Le escribiremos cuando USCIS conteste.",
        ),
        "ADMIN_UPDATE": Wording(
            "USCIS cambió un detalle en sus registros. Su caso sigue donde estaba.",
            "Si recibe una carta, revise su nombre y las fechas y envíenos una copia.",
            WATCHING,
        ),
        "UNKNOWN": Wording(
            "USCIS cambió el texto de su caso. Una persona de nuestra oficina lo está leyendo.",
            "Guarde todas las cartas de USCIS. Si llega una nueva, envíenos una copia.",
            "Le escribiremos cuando sepamos qué significa.",
        ),
        "REQUEST_CANCELLED": Wording(
            "USCIS dice que ya no necesita lo que había pedido.",
            "Por favor, espere. Lo vamos a revisar y le diremos si todavía tiene que enviar papeles.",
            WATCHING,
        ),
        "WAITING_LIST": Wording(
            (
                "USCIS estudió su caso y le puso en la lista de espera. Esperan más personas de las que "
                "puede aprobar en un año."
            ),
            "Avísenos si se muda o si cambia su familia.",
            "La espera puede durar años. " + WATCHING,
        ),
        "BIOMETRICS_CANCELLED": Wording(
            "USCIS canceló el día para tomarle las huellas y una foto.",
            "Por favor, espere. Lo vamos a revisar y le diremos qué hacer con el día anterior.",
            "USCIS puede fijar otro día. Le escribiremos cuando sepamos más.",
        ),
        "BIOMETRICS_RESCHEDULED": Wording(
            "Cambia el día para tomarle las huellas y una foto. Debe llegar una carta con la nueva fecha.",
            (
                "Vaya el día que dice la nueva carta. Lleve la carta y una identificación con foto. Si no "
                "llega, llámenos."
            ),
            "Le escribiremos en cuanto sepamos la nueva fecha. Se la recordaremos antes.",
        ),
        "INTERVIEW_RESCHEDULED": Wording(
            "Cambia el día de su entrevista. Debe llegar una carta con la nueva fecha.",
            "Envíenos una copia de la nueva carta. Deje libre ese día. Si no puede ir, avísenos.",
            "Acordaremos una hora con usted para preparar la entrevista.",
        ),
        "OATH_CANCELLED": Wording(
            "USCIS canceló el día en que usted iba a prestar el juramento.",
            "Por favor, espere. Lo vamos a revisar y le diremos qué hacer con el día anterior.",
            "USCIS puede fijar otro día. Le escribiremos cuando sepamos más.",
        ),
        "OATH_RESCHEDULED": Wording(
            "Cambia el día en que usted presta el juramento. Debe llegar una carta con la nueva fecha.",
            (
                "Vaya el día que dice la nueva carta. Llévela junto con su tarjeta de residente. Avísenos "
                "si no puede ir."
            ),
            "Le escribiremos en cuanto sepamos la nueva fecha.",
        ),
        "COURT_REFERRAL": Wording(
            "USCIS envió su caso a la corte de inmigración. Un juez lo va a estudiar de nuevo.",
            "Por favor, llámenos esta semana. Envíenos todas las cartas de USCIS o de la corte.",
            "Su abogada o abogado hablará con usted sobre los próximos pasos. Nunca falte a un día de corte.",
        ),
        "NTA_ISSUED": Wording(
            "USCIS envió una carta que le dice que vaya a la corte de inmigración.",
            (
                "Por favor, llámenos hoy. Envíenos la carta y todo lo demás que llegue de USCIS o de la "
                "corte. Nunca falte a un día de corte."
            ),
            CALL_SOON,
        ),
        "PAYMENT_DISHONORED": Wording(
            "Hay un problema con una tarifa de su caso. USCIS dice que no la recibió.",
            "Por favor, llámenos hoy. Envíenos cualquier carta sobre la tarifa.",
            "Puede haber poco tiempo para arreglarlo. " + CALL_SOON,
        ),
    }
)
