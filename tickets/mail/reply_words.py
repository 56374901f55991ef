"""The words that mail programs put around a reply: before a quote, above a forward, below a text.

Collected from real mails. English, German, French, Dutch, Spanish, Italian, Polish, Portuguese and
the Scandinavian languages are tested each; of the others there is what was met.
"""

from __future__ import annotations

import re
from typing import Final

# Between who and what, at the end of "On Monday, Ada wrote:".
_VERBS: Final = (
    r"wrote|writes|schrieb(?:en)?|a écrit|escribió|ha scritto|scrisse|schreef|geschreven|escreveu"
    r"|pisze|napisała?|napisał\(a\)|napsala?|napsal\(a\)|skrev|skreiv|kirjoitti|írta|a scris|yazdı"
    r"|έγραψε|написала?|написав|пише|пишет|писал|写道|寫道|님이 작성|のメッセージ"
)
VERB: Final = re.compile(rf"(?i)(?<!\w)(?:{_VERBS})(?!\w)")
# What "On Monday" begins with.
_LEADS: Final = (
    "on|at|am|in data|le|el|il|op|em|den|dne|dnia|w dniu|pe|på|vào|in article|в|у|在|於|tue|von"
)
_WEEKDAYS: Final = (
    r"\w{2,12}\.?,?\s+(?=\d{1,2}\b)"  # in whatever language: a word right before the day
)
_NUMBERS: Final = (
    r"\d{4}[-/.年년]\s?\d{1,2}[-/.月월]\s?\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}\.?\s(?:de\s)?[^\W\d]{3,12}\.?,?\s(?:de\s)?\d{4}"
)
DATE_FIRST: Final = re.compile(rf"(?i)(?:{_WEEKDAYS})?(?:{_NUMBERS})")
LEAD: Final = re.compile(rf"(?i)-*\s*(?:{_LEADS})(?!\w)[^@]{{0,40}}?\d")
NAME_AND_ADDRESS: Final = re.compile(
    rf"(?i)[^<>:!?]{{0,80}}<\s*[^\s<>]+@[^<>]{{1,200}}>+\s*(?:{_VERBS})(?!\w)"
)
ADDRESS_AND_NAME: Final = re.compile(rf"(?i)\S+@\S+ \([^()]{{1,80}}\)\s*(?:{_VERBS})(?!\w)")
NAME_AND_DATE: Final = re.compile(rf"(?i)[^<>:!?\d]{{2,60}}\s(?:{_VERBS})\s.{{0,20}}(?:{_NUMBERS})")
# "2016-10-24 15:36 GMT+02:00 Ada", which has no verb.
DATE_AND_ZONE: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2} \d\d?:\d\d GMT[+-]\d[^<>@]{0,80}:?")
# "Wed, 17 November 2021, 3:32 PM, Ada <ada@example.com>:", which has none either.
DATE_AND_ADDRESS: Final = re.compile(
    rf"(?i)[^<>@]{{0,30}}(?:{_NUMBERS}|[^\W\d]{{3,12}} \d{{1,2}},? \d{{4}}|\d{{4}}/\d\d?/\d\d?)"
    r"[^<>]{0,120}<\s*[^\s<>]+@[^<>]+>\s*:?"
)
ADDRESS_AND_VERB: Final = re.compile(rf"(?i)<[^\s<>]+@[^<>]+>\s*(?:{_VERBS})$")
# The labels of a header block, by what they say.
LABELS: Final = {
    "from": "from|von|de|da|van|från|fra|od|lähettäjä|от|від|kimden|feladó|remitente|expéditeur"
    "|发件人|寄件者|寄件人|差出人|보낸 사람",
    "date": "sent|date|gesendet|datum|envoyé|enviado|enviada em|fecha|data|inviato|verzonden"
    "|skickat|sendt|dato|wysłano|odesláno|lähetetty|päivämäärä|дата|отправлено|надіслано|tarih"
    "|gönderildi|küldve|dátum|date d'envoi|envoyé le|message du"
    "|发送时间|发送日期|日期|寄件日期|送信日時|日時|보낸 날짜",
    "to": "to|an|à|a|para|aan|till|til|do|komu|vastaanottaja|кому|kime|címzett|destinataire"
    "|destinatario|收件人|宛先|받는 사람",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|předmět"
    "|sujet|aihe|тема|konu|tárgy|主题|主旨|件名|제목",
    "other": "cc|bcc|copie à|kopie|copie|kopia|kopi|dw|копия|копія|kopio|reply-to|antwort an"
    "|responder a|risposta|répondre à|organization|organisation|importance|wichtigkeit"
    "|attachments|anlagen|抄送|参照|参考",
}
LABEL: Final = re.compile(
    r"(?i)[*_\s]*(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in LABELS.items())
    + r")\s?[*_]*\s?[:：]"
)

_ORIGINAL: Final = (
    r"original (?:message|e-?mail|appointment)|urspr(?:ü|ue)ngliche (?:nachricht|e-?mail)"
    r"|originalnachricht|message d'origine|message original|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|origineel bericht|mensagem original"
    r"|wiadomość oryginalna|oryginalna wiadomość|oprindelig (?:meddelelse|besked)"
    r"|originalt? meddelelse|opprinnelig melding|ursprungligt meddelande"
    r"|originalmeddelande|alkuperäinen viesti|původní zpráva|исходное сообщение"
    r"|оригинальное сообщение|eredeti üzenet"
    r"|orijinal mesaj|原始邮件|原邮件|元のメッセージ"
)
_FORWARDED: Final = (
    r"forwarded (?:message|by)|weitergeleitete (?:nachricht|e-?mail)|message (?:transféré|transmis)"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada"
    r"|(?:wiadomość )?przekazana(?: wiadomość)?|videresendt (?:meddelelse|melding)"
    r"|vidarebefordrat (?:meddelande|brev)|välitetty viesti|přeposlaná zpráva"
    r"|пересылаемое сообщение|转发邮件|転送メッセージ"
)
MARKER: Final = re.compile(
    rf"(?i)[*_\s]*[-_=]{{2,}}\s*(?:{_ORIGINAL}|(?P<forward>{_FORWARDED}))[^-_=]{{0,40}}[-_=]{{2,}}[*\s]*"
)
BEGIN_FORWARDED: Final = re.compile(
    r"(?i)(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado"
    r"|inizio messaggio inoltrato|begin doorgestuurd bericht|início da mensagem encaminhada"
    r"|vidarebefordrat brev|videresendt (?:meddelelse|melding)"
    r"|początek przekazywanej wiadomości)\s?:"
)

_DEVICES: Final = (
    "iphone|ipad|ipod|android|phone|mobile|cell|device|galaxy|samsung|htc|nokia|huawei|xiaomi"
    "|blackberry|mailbox|airmail|sparrow|outlook|mail|windows|tablet|pixel|nexus|yahoo|proton"
)
_EXCUSE: Final = r"(?:[.,;]\s*(?:please|excuse|pardon|forgive|sorry)\b.{0,60})?"
MOBILE: Final = re.compile(
    rf"(?i)[\W_]*(?:sent from (?:my|a) [^,;:.!?]{{1,40}}{_EXCUSE}[.!]?[\W_]*"
    rf"|sent (?:from|via|with|by|using)\b.{{0,30}}\b(?:{_DEVICES}).{{0,20}}{_EXCUSE}"
    r"|sent (?:from|via|with|by|using)\b.{2,30}https?://\S+.{0,40}"
    r"|(?:from my (?:i?phone|ipad|mobile)|get \W?outlook for"
    r"|gesendet (?:von|mit|aus) |von meinem .{3,40} gesendet|diese nachricht wurde von meinem"
    r"|envoyé (?:depuis|de mon|à partir)|enviado (?:desde|do meu|de mi|a partir)"
    r"|inviato (?:da|dal) |verzonden (?:vanaf|met|via|vanuit) |wysłan[eo] z|skickat från"
    r"|sendt (?:fra|med)|hent outlook til|lähetetty |отправлено (?:с|из)|надіслано"
    r"|odesláno z|[從从]我的 ?\w+"
    r"|내 .{1,30}에서 보냄|.{0,30}から送信|.{2,30} from mobile$).{0,100})"
)
