/** Items of every kind drawn at random by exchangelib, and all that it shows of a mailbox. */

/** For `said`; arguments: URL, password, address, `make` or `show`, the seed, how many of each kind. Puts `refused` and `shown` into `said`. */
export const randomItems = String.raw`
import json, random, re, sys, urllib3
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
urllib3.disable_warnings()
from exchangelib import *
from exchangelib.attachments import AttachmentId
from exchangelib.errors import EWSError
from exchangelib.folders import *
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.items import DistributionList, PostItem
from exchangelib.properties import Attendee, EWSElement, Member
from exchangelib.protocol import BaseProtocol, NoVerifyHTTPAdapter
from exchangelib.recurrence import *
BaseProtocol.HTTP_ADAPTER_CLS = NoVerifyHTTPAdapter
url, password, address, how, seed, each = sys.argv[1:7]
config = Configuration(service_endpoint=url, credentials=Credentials(address, password), auth_type=BASIC, version=Version(build=Build(15, 1)))
account = Account(primary_smtp_address=address, config=config, autodiscover=False, access_type=DELEGATE, default_timezone=UTC)
r = random.Random(seed)
said = {'refused': []}

zones = [EWSTimeZone(name) for name in ('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Sydney', 'America/St_Johns', 'Africa/Casablanca', 'UTC')]
alphabet = ['a', 'B', '7', ' ', '  ', 'ü', 'ß', '日', '😀', '<', '&', '"', "'", ';', ',', '\\', '\t', '\u00a0', 'é', 'e\u0301', '=', '?=', '\u200b', '%', '\u05d0']
count = 0
def half(): return r.random() < 0.5
def some(values): return [v for v in values if half()]
def text(longest=12): return ''.join(r.choice(alphabet) for _ in range(r.randrange(1, longest)))
def title():
    global count
    count += 1
    return f'{how[0]}{count} {text()}'.rstrip()
def lines(): return '\n'.join(text(30) for _ in range(r.randrange(1, 5)))
def body(): return lines() if half() else HTMLBody(f'<html><body><p>{r.randrange(999)} <b>{r.choice("äö日x")}</b></p></body></html>')
def mailbox(): return Mailbox(name=f'Person {r.randrange(40)}', email_address=f'p{r.randrange(40)}@x.example')
def mailboxes(): return list({m.email_address: m for m in (mailbox() for _ in range(r.randrange(1, 4)))}.values())
def octets(): return bytes(r.randrange(256) for _ in range(r.choice([0, 1, 77, 3000])))
def date(): return EWSDate(r.randrange(1931, 2045), r.randrange(1, 13), r.randrange(1, 29))
def moment(zone=None): return EWSDateTime(r.randrange(2019, 2035), r.randrange(1, 13), r.randrange(1, 29), r.randrange(24), r.choice([0, 15, 30, 45]), tzinfo=zone or r.choice(zones))
def file():
    kind = r.choice(['text/plain', 'image/png', 'application/pdf', 'application/x-odd', None])
    more = dict(is_inline=True, content_id=f'c{r.randrange(999)}@x') if half() else {}
    return FileAttachment(name=f'{text(6).strip() or "f"}.{r.choice(["txt", "png", "PDF", "日"])}', content=octets(), content_type=kind, **more)
def inner():
    start = moment()
    item = r.choice([
        lambda: Message(subject=title(), body=body(), to_recipients=mailboxes(), importance=r.choice(['Low', 'High'])),
        lambda: CalendarItem(subject=title(), start=start, end=start + timedelta(minutes=45), location=text()),
        lambda: Contact(display_name=title(), given_name=text(), surname=text()),
        lambda: Task(subject=title(), due_date=date()),
    ])()
    return ItemAttachment(name=title(), item=item)
def attachments(): return [r.choice([file, file, inner])() for _ in range(r.choice([0, 0, 1, 1, 2, 3]))]
def common(): return dict(some(dict(
    importance=r.choice(['Low', 'Normal', 'High']), sensitivity=r.choice(['Normal', 'Personal', 'Private', 'Confidential']),
    categories=sorted({text().strip() or 'c' for _ in range(r.randrange(1, 4))}), body=body(), culture=r.choice(['de-DE', 'en-US', 'ja-JP']),
    in_reply_to=f'<{r.randrange(99)}@x>').items()))
def reminder(): return dict(reminder_is_set=True, reminder_minutes_before_start=r.choice([0, 5, 15, 1440, 20160])) if half() else dict(reminder_is_set=False)

def raw():
    m = EmailMessage()
    m['Subject'] = title().replace('\t', ' ')
    m['From'], m['To'] = 'Zoë <zoe@x.example>', 'ann@corp.test'
    m['Message-ID'] = f'<{r.randrange(10**9)}@x.example>'
    m['Date'] = 'Tue, 01 Jun 2021 10:00:00 +0530'
    m.set_content(lines())
    if half(): m.add_alternative('<p>ü</p>', subtype='html')
    if half(): m.add_attachment(octets(), maintype='application', subtype='octet-stream', filename=text(8).replace('\t', ''))
    if half():
        within = EmailMessage()
        within['Subject'] = title().replace('\t', ' ')
        within.set_content(lines())
        within.add_attachment(octets(), maintype='image', subtype='png', filename='x.png')
        m.add_attachment(within)
    return Message(mime_content=m.as_bytes(), is_read=half())

def message():
    return Message(subject=title(), is_read=half(), attachments=attachments(), to_recipients=mailboxes(), **common(), **dict(some(dict(
        cc_recipients=mailboxes(), bcc_recipients=mailboxes(), reply_to=mailboxes(), author=mailbox(), references='<a@x> <b@x>',
        message_id=f'<{r.randrange(10**9)}@x>', is_read_receipt_requested=half(), is_delivery_receipt_requested=half(),
        is_response_requested=half()).items())))

def boundary(start): return r.choice([dict(number=r.randrange(1, 30)), dict(end=start + timedelta(days=r.randrange(1, 900))), {}])
days = list(range(1, 8))
def pattern():
    day, week, month = r.randrange(1, 32), r.randrange(1, 6), r.randrange(1, 13)
    return r.choice([
        lambda: DailyPattern(interval=r.randrange(1, 9)),
        lambda: WeeklyPattern(interval=r.randrange(1, 5), weekdays=sorted(r.sample(days, r.randrange(1, 8))), first_day_of_week=r.randrange(1, 8)),
        lambda: AbsoluteMonthlyPattern(interval=r.randrange(1, 14), day_of_month=day),
        lambda: RelativeMonthlyPattern(interval=r.randrange(1, 14), weekday=r.randrange(1, 11), week_number=week),
        lambda: AbsoluteYearlyPattern(day_of_month=r.randrange(1, 29), month=month),
        lambda: RelativeYearlyPattern(weekday=r.randrange(1, 11), week_number=week, month=month),
    ])()
def attendees(of): return [Attendee(mailbox=Mailbox(name=f'{of} {n}', email_address=f'{of}{n}@x.example'), response_type=r.choice(['Accept', 'Unknown', 'Tentative', 'Decline'])) for n in range(r.randrange(1, 4))]
def times(whole):
    if whole:
        start = date()
        return dict(is_all_day=True, start=start, end=start + timedelta(days=r.randrange(0, 3)))
    start = moment()
    return dict(start=start, end=start + timedelta(minutes=r.choice([0, 30, 60, 600, 1500])))
def event():
    at = times(r.random() < 0.25)
    first = at['start'] if isinstance(at['start'], EWSDate) and not isinstance(at['start'], EWSDateTime) else at['start'].date()
    series = dict(recurrence=Recurrence(pattern=pattern(), start=first, **boundary(first))) if r.random() < 0.7 else {}
    return CalendarItem(subject=title(), attachments=attachments(), **at, **series, **reminder(), **common(), **dict(some(dict(
        location=text(), legacy_free_busy_status=r.choice(['Free', 'Tentative', 'Busy', 'OOF', 'NoData', 'WorkingElsewhere']), uid=f'uid-{r.randrange(10**9)}',
        required_attendees=attendees('q'), optional_attendees=attendees('o'), resources=attendees('s'), is_response_requested=half(), when=text(),
        allow_new_time_proposal=half(), meeting_workspace_url='https://w.example/', net_show_url='https://n.example/').items())))

def contact():
    files = [file()] if half() else []
    if half(): files.append(FileAttachment(name='ContactPicture.jpg', content=b'\xff\xd8\xff\xe0' + octets(), is_contact_photo=True, content_type='image/jpeg'))
    words = 'given_name initials middle_name nickname company_name assistant_name department generation job_title manager mileage office profession spouse_name surname'.split()
    phones = 'AssistantPhone BusinessFax BusinessPhone BusinessPhone2 Callback CarPhone CompanyMainPhone HomeFax HomePhone HomePhone2 Isdn MobilePhone OtherFax OtherTelephone Pager PrimaryPhone RadioPhone Telex TtyTddPhone'.split()
    more = dict(some(dict(
        file_as_mapping=r.choice(['LastCommaFirst', 'FirstSpaceLast', 'Company', 'LastFirstCompany']), birthday=date(), wedding_anniversary=date(), business_homepage='https://h.example/ü',
        children=[text(), text()], companies=[text(), text()], postal_address_index=r.choice(['Home', 'Business', 'Other', 'None']),
        email_addresses=[EmailAddress(label=f'EmailAddress{n}', email=f'{r.randrange(99)}@x.example') for n in some([1, 2, 3])],
        phone_numbers=[PhoneNumber(label=p, phone_number=f'+49 {r.randrange(10**6)}') for p in some(phones)],
        physical_addresses=[PhysicalAddress(label=l, **{k: text() for k in some(['street', 'city', 'state', 'country', 'zipcode'])}) for l in some(['Home', 'Business', 'Other'])],
    ).items()))
    if 'file_as_mapping' not in more: more['file_as'] = title()
    return Contact(subject=title(), display_name=title(), attachments=files, **{w: text() for w in some(words)}, **more, **common())

def group():
    return DistributionList(subject=title(), display_name=title(), body=lines(), members={Member(mailbox=m, status='Normal') for m in mailboxes()})

def task():
    start = date()
    repeats = {}
    if r.random() < 0.4:
        again = r.choice([pattern, lambda: r.choice([DailyRegeneration, WeeklyRegeneration, MonthlyRegeneration, YearlyRegeneration])(interval=r.randrange(1, 9))])()
        repeats = dict(recurrence=TaskRecurrence(pattern=again, start=start, **(boundary(start) if half() else dict(number=4))))
    done = {} if repeats else dict(some(dict(status=r.choice(['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred'])).items()))
    return Task(subject=title(), attachments=attachments(), start_date=start, due_date=start + timedelta(days=r.randrange(0, 40)), **repeats, **done, **common(), **dict(some(dict(
        actual_work=r.randrange(9999), total_work=r.randrange(9999), billing_information=text(), companies=[text(), text()], contacts=[text()],
        mileage=text(), reminder_is_set=True, reminder_due_by=moment()).items())))

def note(): return Message(item_class='IPM.StickyNote', subject=title(), body=lines(), **dict(some(dict(categories=[text().strip() or 'c']).items())))

folders = {f: getattr(account, f) for f in ('inbox', 'sent', 'drafts', 'junk', 'trash', 'calendar', 'contacts', 'tasks')}
def attempt(what, run):
    try: return run()
    except (EWSError, ValueError) as e: said['refused'].append(f'{what}: {type(e).__name__}: {e}')
def put(make, folder):
    item = make()
    item.account, item.folder = account, folder
    return item if attempt(f'{make.__name__} {item!r}'[:1500], item.save) is not None else None

def occurrences(item):
    for index in range(1, 7):
        how = r.randrange(8)
        if how > 4: continue
        def run():
            one = item.occurrence(index=index)
            one.refresh()
            if how == 0: return one.delete() or True
            if how == 1: one.subject, fields = f'{item.subject} {index} {text()}'.rstrip(), ['subject']
            if how == 2:
                if item.is_all_day: return
                one.start, one.end, fields = one.start + timedelta(minutes=75), one.end + timedelta(minutes=90), ['start', 'end']
            if how == 3: one.location, one.body, one.categories, fields = text(), lines(), [text().strip() or 'c'], ['location', 'body', 'categories']
            if how == 4: one.required_attendees, one.legacy_free_busy_status, one.sensitivity, fields = attendees('n'), 'OOF', 'Private', ['required_attendees', 'legacy_free_busy_status', 'sensitivity']
            one.save(update_fields=fields)
            if half(): one.attach(file())
        try: run()
        except EWSError as e: said['refused'].append(f'occurrence {index}: {type(e).__name__}: {e}')

def make():
    own = Messages(parent=account.inbox, name=title().replace('\t', ''))
    own.save()
    for _ in range(int(each)):
        for m in (message, raw): put(m, r.choice([folders['inbox'], folders['sent'], folders['drafts'], folders['junk'], folders['trash'], own]))
        found = put(event, folders['calendar'])
        if found and found.recurrence: occurrences(found)
        put(contact, folders['contacts'])
        put(task, folders['tasks'])
    put(group, folders['contacts'])

# What is another one of every copy, or is told by when it was asked.
copies = set('_id parent_folder_id size datetime_created last_modified_time last_modified_name web_client_read_form_query_string web_client_edit_form_query_string conversation_id effective_rights attachment_id account folder item_id persona_id conflicting_meetings adjacent_meetings conflicting_meeting_count adjacent_meeting_count'.split())
# Its people are told by properties; when it was written is of each copy, and EWS tells no UID of a task.
of_copies = re.compile(r'(?:DTSTAMP|CREATED|LAST-MODIFIED|ORGANIZER|ATTENDEE)[:;].*\r\n(?: .*\r\n)*|SEQUENCE:0\r\n')
def of_item(said):
    if not said.startswith('BEGIN:VCALENDAR'): return said
    return re.sub(r'(BEGIN:VTODO\r\nUID:)\S+', r'\1', of_copies.sub('', said))
def plain(value):
    if isinstance(value, EWSElement):
        fields = {f.name: getattr(value, f.name, None) for f in value.FIELDS if f.name not in copies}
        if isinstance(value, FileAttachment): fields['_content'] = value.content
        if isinstance(value, ItemAttachment): fields['_item'] = value.item
        return {'': type(value).__name__, **{k: plain(v) for k, v in fields.items() if v is not None and not (isinstance(v, list) and not v)}}
    if isinstance(value, (set, frozenset)): return sorted((plain(v) for v in value), key=str)
    if isinstance(value, dict): return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)): return [plain(v) for v in value]
    if isinstance(value, bytes): return of_item(value.decode('latin-1'))
    return value if value is None or isinstance(value, (bool, int)) else str(value)

def shown():
    all = {}
    def add(key, place, item):
        while f'{key} folder' in all: key += ' again'
        all[f'{key} folder'] = place
        for name, value in plain(item).items():
            if name == 'attachments': value = sorted(value, key=lambda v: json.dumps([v.get('name'), v], sort_keys=True, default=str))
            if name == 'categories': value = sorted(value)
            all[f'{key} {name}'] = value
    account.root.refresh()
    for folder in account.msg_folder_root.walk():
        place = folder.absolute
        all[f'folder {place}'] = folder.folder_class
        for item in folder.all():
            if isinstance(item, EWSError):
                all[f'error in {place}'] = str(item)
                continue
            key = f'{place}: {item.subject}'
            add(key, place, item)
            if getattr(item, 'recurrence', None) and isinstance(item, CalendarItem):
                for index in range(1, 8):
                    try:
                        one = item.occurrence(index=index)
                        one.refresh()
                        add(f'{key} #{index}', place, one)
                    except EWSError as e: all[f'{key} #{index}'] = type(e).__name__
    return all

if how == 'make': make()
else: said['shown'] = shown()
`
