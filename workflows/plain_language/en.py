"""Plain words in English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.plain_language.text import Wording

NOTHING = "You do not need to do anything right now."
WATCHING = "We check your case every day. We will write to you when it changes."
STILL_OPEN = (
    "Something in your case is still open. Send us every letter from USCIS. We will tell you what to do."
)
OVERTAKEN = (
    "USCIS told us something new, and something from before is still open. We are checking which of the two "
    "counts. Until we tell you, please do what we ask here."
)
UNSETTLED = (
    "USCIS told us something new, and something from before is still open with us. Until we tell you that it "
    "is done, please do what we ask here."
)
# What a decision leaves is a matter of its form: these are left out where no date is open.
LIMITS = (
    "There is a time limit, and we keep track of it.",
    "There may be a time limit, and we keep track of it.",
)
CALL_SOON = "Your legal team will call or write to you in the next few days."

TEXTS: Mapping[str, Wording] = MappingProxyType(
    {
        "RECEIVED": Wording(
            "USCIS has your papers and has opened your case.",
            "Keep your receipt notice in a safe place. Tell us if you move.",
            WATCHING,
        ),
        "BIOMETRICS_SCHEDULED": Wording(
            (
                "USCIS set a day to take your fingerprints and photo. A letter with the date and "
                "place is on its way."
            ),
            (
                "Go on the day the letter says. Bring the letter and a photo ID. If you cannot go, "
                "tell us before that day."
            ),
            "We will write to you as soon as we know the date. We will remind you before it.",
        ),
        "BIOMETRICS_DONE": Wording(
            "USCIS has your fingerprints and photo.",
            NOTHING,
            "USCIS now looks at your case. This can take months. We will write to you when it changes.",
        ),
        "INITIAL_REVIEW": Wording(
            "USCIS is doing a first check of your papers.",
            NOTHING,
            WATCHING,
        ),
        "IN_REVIEW": Wording(
            "An officer is looking at your case, or it is in line for an officer.",
            NOTHING,
            "This step is often the longest. We check every day and will write to you when it changes.",
        ),
        "RESPONSE_RECEIVED": Wording(
            "USCIS got the papers we sent in answer to its letter.",
            NOTHING,
            "USCIS will read the answer and then decide. We will write to you when it does.",
        ),
        "TRANSFERRED": Wording(
            "USCIS moved your case to another office. This happens often and is not a bad sign.",
            "Nothing to do. If you get a letter about the move, send us a copy.",
            WATCHING,
        ),
        "ON_HOLD": Wording(
            "USCIS has paused your case for now. The reason may have nothing to do with you.",
            NOTHING,
            "We are looking into it. We will write to you when your case moves again.",
        ),
        "RFE_ISSUED": Wording(
            "USCIS needs more papers before it can decide. This is common. It is not a denial.",
            (
                "Send us any letter you get from USCIS. Do not answer it by yourself. We will tell "
                "you which papers we need."
            ),
            "There is a due date, and we keep track of it. " + CALL_SOON,
        ),
        "NOID_ISSUED": Wording(
            "USCIS sent a letter about a problem in your case. It has not decided yet, and we can answer.",
            "Send us the letter as soon as you get it. Please do not answer it by yourself.",
            "The time to answer is short. " + CALL_SOON,
        ),
        "NOIR_ISSUED": Wording(
            (
                "USCIS sent a letter that says it may take back an approval. It has not decided "
                "yet, and we can answer."
            ),
            "Send us the letter as soon as you get it. Please do not answer it by yourself.",
            "The time to answer is short. " + CALL_SOON,
        ),
        "NOTICE_MAILED": Wording(
            "USCIS mailed a letter about your case. We cannot see online what it says.",
            "When the letter comes, send us a photo or a copy of every page.",
            "We will read it and tell you what it means.",
        ),
        "INTERVIEW_READY": Wording(
            "Your case is in line for an interview. No date is set yet.",
            "Nothing to do yet. Tell us if you move or plan to travel.",
            "USCIS will mail a letter with the date. We will write to you when we see it.",
        ),
        "INTERVIEW_SCHEDULED": Wording(
            "USCIS set a date for your interview. A letter with the date and place is on its way.",
            "Send us a copy of the letter. Keep that day free. If you cannot go, tell us at once.",
            "We will set a time with you to get ready for the interview.",
        ),
        "INTERVIEW_CANCELLED": Wording(
            "USCIS called off the interview. This is often due to the office and not to you.",
            "Do not go on the old date. Keep the letter you have.",
            "USCIS will set a new date or tell us what comes next. We will write to you.",
        ),
        "INTERVIEW_COMPLETED": Wording(
            "Your interview is done. USCIS will now look at your case and decide.",
            "If the officer asked you for papers, tell us today.",
            "A decision can take weeks or months. We will write to you when it comes.",
        ),
        "NO_SHOW": Wording(
            "USCIS says that no one came to the appointment. Sometimes this is a mistake.",
            "Please call us today and tell us what happened.",
            "We will ask USCIS to fix this or to set a new date. We will tell you what they say.",
        ),
        "OATH_CEREMONY": Wording(
            "You are in line to take the oath and become a U.S. citizen, or your date is set.",
            (
                "Look for the letter with the date. Bring it, and bring your green card. Tell us "
                "if you cannot go. Until you take the oath you are not yet a citizen: do not vote."
            ),
            "We will write to you when we know the date.",
        ),
        "APPROVED": Wording(
            "Good news: USCIS approved this filing.",
            "Keep the approval letter when it comes. Send us a copy.",
            "We will write to you about what comes next for you.",
        ),
        "SENT_TO_DOS": Wording(
            "Good news: USCIS finished its part and sent your case to the State Department.",
            "Nothing to do yet. Look for e-mail from the National Visa Center and send it to us.",
            "It can take weeks until the State Department writes. We will help you with the next steps.",
        ),
        "DOC_PRODUCTION": Wording(
            "Good news: USCIS is making your card or document.",
            "Check that your address is right. Tell us today if you have moved.",
            "It should go out by mail in the next few weeks. We will write to you when it does.",
        ),
        "DOC_MAILED": Wording(
            "Your card or document is in the mail.",
            "Watch your mailbox. Tell us if it does not come in two weeks.",
            "We will write to you when the post office says it was brought to you.",
        ),
        "DOC_DELIVERED": Wording(
            "Your card or document was brought to your address.",
            "Check your name and dates on it. Send us a copy. If you do not have it, call us today.",
            "We will write to you about renewals or the next step in your case.",
        ),
        "MAIL_RETURNED": Wording(
            "Mail from USCIS to you came back. It could not be brought to your address.",
            "Please call us today with your right address.",
            "We will tell USCIS your address and ask for the mail to be sent again.",
        ),
        "DOC_DESTROYED": Wording(
            "USCIS says that it destroyed a card or document. We can find out why.",
            "Please call us and tell us if you got a card or sent one back.",
            "We will tell you if we need to ask for a new one.",
        ),
        "DENIED": Wording(
            "USCIS said no to this filing. We know this is hard news. There may be ways to go on.",
            (
                "Please call us this week. Keep every letter from USCIS. Do not leave the country "
                "before we talk."
            ),
            f"{LIMITS[0]} Your attorney will talk with you about your options.",
        ),
        "REJECTED": Wording(
            "USCIS sent the papers back without looking at the case. Often a fee or a form must be fixed.",
            "If the papers come to you, send us all of them.",
            "We will check what must be fixed and tell you when we file again.",
        ),
        "WITHDRAWN": Wording(
            "USCIS stopped work on this filing because it was asked to.",
            "If you did not ask for this, call us today.",
            "We will write to you if there is more to do.",
        ),
        "CLOSED": Wording(
            "USCIS closed this case. It may not need a decision any more.",
            "If you get a letter, send us a copy.",
            "We will check why it was closed and tell you what it means for you.",
        ),
        "REVOKED_TERMINATED": Wording(
            "USCIS ended this case or took back an approval. There may be ways to go on.",
            (
                "Please call us this week. Send us every letter from USCIS. Do not leave the "
                "country before we talk."
            ),
            f"{LIMITS[1]} Your attorney will talk with you about your options.",
        ),
        "REOPENED": Wording(
            "USCIS opened your case again and will take another look at it.",
            "Nothing to do right now. If you get a letter, send us a copy.",
            WATCHING,
        ),
        "APPEAL_MOTION": Wording(
            "There is news about an appeal or a request to look at the decision again.",
            "If you get a letter, send us a copy.",
            "Your legal team will read the news and tell you what it means.",
        ),
        "FEE_PAYMENT": Wording(
            "There is news about a fee in your case. Your case itself stays where it was.",
            "If you get a letter about a fee, send us a copy.",
            "We will write to you if a fee is due.",
        ),
        "EXPEDITE": Wording(
            (
                "There is news about a request to work faster on your case. Your case itself stays "
                "where it was."
            ),
            NOTHING,
            "We will write to you when USCIS answers.",
        ),
        "ADMIN_UPDATE": Wording(
            "USCIS changed a detail in its records. Your case itself stays where it was.",
            "If you get a letter, check your name and dates and send us a copy.",
            WATCHING,
        ),
        "UNKNOWN": Wording(
            "USCIS changed the text on your case. A person in our office is reading it now.",
            "Keep every letter from USCIS. Send us a copy of a new one.",
            "We will write to you when we know what it means.",
        ),
        "REQUEST_CANCELLED": Wording(
            "USCIS says that it does not need what it had asked for.",
            "Please wait for us. We will check this and tell you if you still need to send papers.",
            WATCHING,
        ),
        "WAITING_LIST": Wording(
            (
                "USCIS looked at your case and put you on the waiting list. More people wait than it "
                "can approve in a year."
            ),
            "Tell us if you move, or if your family changes.",
            "The wait can take years. " + WATCHING,
        ),
        "BIOMETRICS_CANCELLED": Wording(
            "USCIS called off the day for your fingerprints and photo.",
            "Please wait for us. We will check this and tell you what to do about the old day.",
            "USCIS may set a new day. We will write to you when we know more.",
        ),
        "BIOMETRICS_RESCHEDULED": Wording(
            "The day for your fingerprints and photo changes. A letter with the new date should come.",
            (
                "Go on the day the new letter says. Bring the letter and a photo ID. If it does not "
                "come, call us."
            ),
            "We will write to you as soon as we know the new date. We will remind you before it.",
        ),
        "INTERVIEW_RESCHEDULED": Wording(
            "The day of your interview changes. A letter with the new date should come.",
            "Send us a copy of the new letter. Keep that day free. If you cannot go, tell us at once.",
            "We will set a time with you to get ready for the interview.",
        ),
        "OATH_CANCELLED": Wording(
            "USCIS called off the day on which you were to take the oath.",
            "Please wait for us. We will check this and tell you what to do about the old day.",
            "USCIS may set a new day. We will write to you when we know more.",
        ),
        "OATH_RESCHEDULED": Wording(
            "The day on which you take the oath changes. A letter with the new date should come.",
            (
                "Go on the day the new letter says. Bring it, and bring your green card. Tell us if "
                "you cannot go."
            ),
            "We will write to you as soon as we know the new date.",
        ),
        "COURT_REFERRAL": Wording(
            "USCIS sent your case to the immigration court. A judge will look at it anew.",
            "Please call us this week. Send us every letter from USCIS or from the court.",
            "Your attorney will talk with you about the next steps. Never miss a day in court.",
        ),
        "NTA_ISSUED": Wording(
            "USCIS sent a letter that tells you to go to the immigration court.",
            (
                "Please call us today. Send us the letter and all other mail from USCIS or from the "
                "court. Never miss a day in court."
            ),
            CALL_SOON,
        ),
        "PAYMENT_DISHONORED": Wording(
            "There is a problem with a fee in your case. USCIS says that it did not get it.",
            "Please call us today. Send us any letter about the fee.",
            "There may be a short time to set this right. " + CALL_SOON,
        ),
    }
)
