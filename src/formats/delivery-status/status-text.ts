/** What a status means to the person who wrote the message, and what that person can do. */
interface StatusText {
  what: string
  advice: string
}

const askThem = 'Ask the recipient in another way, by telephone for example.'
const tryLater = 'Send the message again later.'
const checkAddress = 'Check the address for typing mistakes and send the message again.'
const askAdministrator = 'If it happens again, show this report to your administrator.'

/**
 * Sentences for enhanced status codes (RFC 3463 and the IANA registry that continues it), by subject and detail; a detail of
 * `x` stands for all others of its subject. One table, so that it can be translated as one.
 */
const texts: Record<string, readonly [what: string, advice: string]> = {
  '1.0': ['There is something wrong with the address.', checkAddress],
  '1.1': ['There is no mailbox with this address.', checkAddress],
  '1.2': [
    'The domain of the address (what stands behind the @) does not exist or takes no mail.',
    checkAddress,
  ],
  '1.3': ['The address is not written as an address should be.', checkAddress],
  '1.4': ['The address belongs to several mailboxes there.', askThem],
  '1.6': ['The recipient has moved and left no new address.', askThem],
  '1.7': ['Your own address was not accepted as a sender.', askAdministrator],
  '1.8': ['The domain of your own address was not accepted.', askAdministrator],
  '1.10': ['The domain of the address says that it takes no mail.', checkAddress],
  '1.x': ['There is something wrong with the address.', checkAddress],
  '2.1': ['The mailbox is switched off and takes no messages.', askThem],
  '2.2': ['The mailbox is full.', `${tryLater} The recipient must make room first.`],
  '2.3': [
    'The message is larger than the mailbox takes.',
    'Send it in smaller parts, or send a link to the files.',
  ],
  '2.4': ['The message could not be passed on to everybody for whom the address stands.', askThem],
  '2.x': ['The mailbox cannot take messages at present.', tryLater],
  '3.1': ['The other mail system is full.', tryLater],
  '3.2': ['The other mail system takes no messages at present.', tryLater],
  '3.3': ['The other mail system cannot do what the message asks for.', askAdministrator],
  '3.4': [
    'The message is larger than the other mail system takes.',
    'Send it in smaller parts, or send a link to the files.',
  ],
  '3.5': ['A mail server on the way is not set up rightly.', 'Show this report to your administrator.'],
  '3.x': ['The other mail system has a problem.', tryLater],
  '4.1': ['The other mail server does not answer.', tryLater],
  '4.2': ['The connection to the other mail server broke.', tryLater],
  '4.3': ['The name service that tells where mail goes did not answer.', tryLater],
  '4.4': ['No mail server is known for the domain of the address.', checkAddress],
  '4.5': ['The other mail server is overloaded.', tryLater],
  '4.6': ['The message went in a circle between mail servers.', 'Show this report to your administrator.'],
  '4.7': ['The message could not be delivered in the time there was.', tryLater],
  '4.x': ['The other mail server could not be reached.', tryLater],
  '5.3': [
    'The message has more recipients than the other mail server takes.',
    'Send it to fewer recipients at once.',
  ],
  '5.x': ['The two mail servers did not understand each other.', askAdministrator],
  '6.1': [
    'The other mail system does not take messages of this kind.',
    'Send it in another form, as plain text for example.',
  ],
  '6.3': ['The message would have to be changed on its way and that is not possible.', askAdministrator],
  '6.7': [
    "An address, the recipient's or your own, has characters that the other mail system does not understand.",
    'Use addresses in plain letters.',
  ],
  '6.9': [
    'The header of the message (names or the subject) is in a form, UTF-8, that the other mail system does not take.',
    'Send it from another mail program, or write names and subject in plain letters.',
  ],
  '6.x': [
    'The other mail system cannot handle the content of the message.',
    'Send it in another form, as plain text for example.',
  ],
  '7.0': ['The message was refused by a rule of the other mail system.', askThem],
  '7.1': ['You are not allowed to write to this address.', askThem],
  '7.2': ['You are not allowed to write to this list.', 'Ask the owner of the list.'],
  '7.5': [
    'The message may travel only over a connection that is encrypted and proven, and the other mail server has none.',
    askAdministrator,
  ],
  '7.8': ['Signing in at the other mail server failed.', askAdministrator],
  '7.10': ['The message must travel encrypted and the other mail server cannot do that.', askAdministrator],
  '7.20': ['The message had no valid signature of its domain (DKIM).', askAdministrator],
  '7.23': ['The server that sent the message is not allowed to send for its domain (SPF).', askAdministrator],
  '7.26': ['The message could not prove that it comes from its domain (SPF, DKIM, DMARC).', askAdministrator],
  '7.27': ['The domain of your address says that it takes no mail.', askAdministrator],
  '7.30': ['The message must travel encrypted and the other mail server cannot do that.', askAdministrator],
  '7.x': ['The message was refused by a rule of the other mail system.', askThem],
}

const classes: Record<string, readonly [what: string, advice: string]> = {
  '2': ['The message was delivered.', 'There is nothing to do.'],
  '4': ['The message could not be delivered so far.', tryLater],
  '5': ['The message could not be delivered.', askAdministrator],
}

/** The sentences for a status such as `5.1.1`; those of its subject, or else of its class, when it has none of its own. */
export function statusText(status: string): StatusText {
  const [first = '5', subject = '0', detail = '0'] = status.split('.')
  const find = (table: typeof texts, key: string) => (Object.hasOwn(table, key) ? table[key] : undefined)
  const found =
    (first === '2' ? undefined : (find(texts, `${subject}.${detail}`) ?? find(texts, `${subject}.x`))) ??
    find(classes, first) ??
    classes['5']!
  return { what: found[0], advice: found[1] }
}
