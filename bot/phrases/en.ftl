# Answers
not-found = The articles don't hold the answer to this.
perhaps = Perhaps; I am not sure that this answers it:
nearest = The nearest passages, which may not answer it:
nearest-speaking = The articles speak of { $words }, but I found no answer to this. The nearest passages:
on-topic = What the articles say about “{ $topic }”:
no-articles = There are no articles yet, so there is nothing to answer from.
read-as = Read as: { $reading }
read-with = Taken as a follow-up, together with: { $words }
only-articles = Only articles dated { $period }.
looked-only = I looked only in articles dated { $period }.
looked-undated = { $count ->
    [one] One article without a date was left out.
   *[other] { $count } articles without a date were left out.
}
limited = In this chat only some articles answer ({ $limits }). /settings changes that.
limited-fenced = In this chat only some articles answer ({ $limits }).
period-since = since { DATETIME($since, dateStyle: "long") }
period-until = until { DATETIME($until, dateStyle: "long") }
period-between = from { DATETIME($since, dateStyle: "long") } to { DATETIME($until, dateStyle: "long") }
period-day = { DATETIME($since, dateStyle: "long") }
no-more = There is nothing more on this in the articles.
untitled = Untitled article
also-in = also in { $count ->
    [one] another article
   *[other] { $count } other articles
}
date = { DATETIME($day, dateStyle: "long") }
question-empty = Ask me in words, please.
questions-left = I answer { $limit } questions of a message. Not answered yet: { $count }, from “{ $question }” on.
question-too-long = That question is too long: { $length } characters. Please ask it in at most { $limit }.

# Buttons
button-context = More context
button-more = More results
button-back = ← Back
button-why = Why?
button-undo = Undo
button-adopt = Add it as an article
button-remove = Remove it
button-keep = Keep it
button-next = Older articles
button-newer = Newer articles
button-read-on = Read on →
button-clear = All articles again
button-speak-any = 🗣 As each one writes
button-older = Older questions
button-allow = Allow
button-refuse = Refuse
button-block = Block
button-leave = Leave
button-promote = Make administrator
button-demote = No administrator
button-dismiss = Remove
button-further = Further
button-people = People
button-groups = Groups
button-invitations = Invitations
button-withdraw = Withdraw
button-forget = Forget me
button-wait = 🔔 Tell me when you know

# Greetings and help
greeting = Hello! Ask me something that your articles may answer.
thanks = You're welcome. Ask on!
farewell = Goodbye! Come back when you have a question.
more = Ask a question first; then this shows further results.
assent = I only answer questions. What do you want to know?
identity = { start }
start =
    I am Derek. Ask me a question, and I answer with the sentence that really stands in an article, and show where it stands. I make nothing up: if the articles don't hold the answer, I say so.

    Just write your question, in English, Russian or Kazakh. /help tells the rest.
help =
    Write a question, and I answer with sentences from the articles, each with its source.

    /ask question – ask, also in groups
    /about – what the articles hold
    /status – how much can be found, and how
    /list – the articles
    /show id – one article
    /watch question – I tell you of every new article that answers it
    /waiting – what I am to tell you here
    /settings – which articles may answer here, and in which language I speak
    /forget_me – I forget what you asked
help-group = In a group, write /ask@{ $bot } and your question, mention me, or reply to a message of mine.
help-administrator =
    You may add articles: send a document or a link, forward a message, or reply to a text with /add. The button under a receipt takes that addition back; /remove id removes an article.
    /people shows who may ask me and lets you change it, /invite lets somebody in, /log tells what administrators did. /missed shows questions without a good answer. /doctor tells how I am, and /web signs you in on the page.
cannot-read = I can't read this kind of message. Write me a question in words, and I look for its answer in the articles.

# Adding
receipt-sentences = { $count ->
    [one] { $count } sentence
   *[other] { $count } sentences
}
receipt-added = Added: “{ $name }” ({ $sentences }, id { $id }). You can ask about it now.
receipt-updated = Updated: “{ $name }” ({ $sentences }, id { $id }).
receipt-moved = Moved: “{ $name }” is read from { $path } now (id { $id }).
receipt-unchanged = Unchanged: “{ $name }”.
receipt-twin = The same text was read from { $file }.
receipt-former = It replaces “{ $name }”.
receipt-encoding = It was read as { $encoding }.
receipt-faults = { $count ->
    [one] { $count } place in it is no text there: � stands for it.
   *[other] { $count } places in it are no text there: � stands for them.
}
receipt-duplicate = Nothing changed: “{ $name }” is in the articles already (id { $id }).
samples-gone = { $count ->
    [one] The sample article made room for it; undoing this brings it back.
   *[other] The { $count } sample articles made room; undoing this brings them back.
}
total = In all: { $parts }.
total-added = { $count } added
total-updated = { $count } updated
total-moved = { $count } moved
total-unchanged = { $count } unchanged
total-duplicate = { $count } there already
total-failed = { $count } not added
total-removed = { $count } removed
total-restored = { $count } restored
total-kept = { $count } left as they are
receipt-failed = Not added: { $reason }
deed-undo-removed = Undone: “{ $name }” is out of the articles again.
deed-undo-restored = Undone: “{ $name }” is as it was before.
deed-undo-kept = Left as it is: “{ $name }” was changed or removed since.
nothing-undo = There is nothing to undo.
confirm-undo = This takes the last change of { $count } articles back:
deed-redo-removed = Done again: “{ $name }” is out of the articles.
deed-redo-restored = Done again: “{ $name }” is in the articles.
deed-redo-kept = Left as it is: “{ $name }” was changed or removed since.
nothing-redo = There is nothing to do again.
confirm-redo = This changes { $count } articles again:
deed-prune-removed = Removed: “{ $name }”.
sync-confirm = The files of { $count } of { $articles } articles are gone from there. Remove these articles? They can be brought back for thirty days.
sync-nothing = No .txt or .md file is there, and no article came from there.
confirm = Go on?
dry-run = nothing was changed; this is what would be done
trash-line = “{ $name }” (id { $id }), removed on { $day }
expire-nothing = No article is older than the settings keep it.
trash-empty = Nothing was removed in the last thirty days.
trash-how = `derek restore ID` brings one back; `derek purge` empties the trash.
brought-back = Brought back: “{ $name }” (id { $id }).
purge-confirm = { $count ->
    [one] One removed article will be gone for good, and no change can be undone then. Go on?
   *[other] { $count } removed articles will be gone for good, and no change can be undone then. Go on?
    }
purged = { $count ->
    [one] One removed article is gone for good.
   *[other] { $count } removed articles are gone for good.
    }
asked-at = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
asked-in-vain = No answer.
asked-nothing = Nothing was asked yet.
forget-confirm = The questions asked on the console will be gone for good. Go on?
forgotten = { $count ->
    [one] One question is forgotten.
   *[other] { $count } questions are forgotten.
}
exported = { $count ->
    [one] One article is in { $path }.
   *[other] { $count } articles are in { $path }.
}
exported-anew = { $count ->
    [one] One of them is written anew as Markdown, since what it was read from is not kept, or was changed.
   *[other] { $count } of them are written anew as Markdown, since what they were read from is not kept, or was changed.
}
backup-made = Backed up into { $path } ({ NUMBER($size, maximumFractionDigits: 1) } MB): { $parts }.
backup-articles = { $count ->
    [one] { $count } article
   *[other] { $count } articles
}
backup-questions = { $count ->
    [one] { $count } question asked
   *[other] { $count } questions asked
}
backup-vectors = { $count ->
    [one] { $count } vector
   *[other] { $count } vectors
}
restore-confirm = Put the backup of { DATETIME($day, dateStyle: "long") } ({ $parts }) in the place of { $path }, where there are articles? That folder is kept under another name.
restored = Restored from the backup of { DATETIME($day, dateStyle: "long") }: { $parts }.
restored-aside = What was there before is in { $path } now.
remove-short = “{ $id }” is too short to remove by; write { $least } characters of the id or more
add-usage = Reply with /add to the text or the document that should become an article.
add-empty = There is no text in that message.
add-own = That is what I wrote myself. Reply with /add to a text of somebody else.
empty-article = There is no text in { $name }.
unreadable-kind = { $name } cannot be read: save it as { $detail }.
unreadable-address = { $name } is no address of a page: one begins with http:// or https://.
unreadable-size = { $name } is larger than { $detail }: cut it into its articles.
unreadable-not-text = { $name } is not text: save it as text in UTF-8.
unreadable-system = { $name }: { $detail }.
unreadable-undecided = The encoding of { $name } cannot be told; it may be { $detail }. Save it as text in UTF-8.
unreadable-encoding = There is no encoding { $detail }, in which { $name } was to be read.
unreadable-unfit = { $name } is not in { $detail }. Save it as text in UTF-8.
unreadable-collection = { $name } names a collection { $detail }, which none can be called: letters, digits, - and _, 40 at most.
unreadable-locked = { $name } is protected by a password: save it without one.
unreadable-scanned = The pages of { $name } are pictures without text: have the text recognised (OCR) first.
unreadable-garbled = The text in { $name } cannot be read, though its pages show some: have it recognised (OCR), or save the file from the program that wrote it.
unreadable-damaged = { $name } is damaged ({ $detail }): open it in the program that wrote it, and save it again.
unreadable-excess = { $name } holds more than { $detail }: part it into smaller files.
unreadable-slow = To read { $name } takes longer than { $detail }: part it into smaller files.
unreadable-fatal = { $name } broke what reads it: it may be damaged, or made to do harm.

# The articles
about =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }, { receipt-sentences }, of which { $answerable } may answer.
about-dates = Dated from { DATETIME($first, dateStyle: "long") } to { DATETIME($last, dateStyle: "long") }.
about-sources = Sources: { $sources }.
about-collections = Collections: { $collections }.
in-collection = in { $name }
in-collections = collections: { $names }
about-languages = Languages: { $languages }.
no-language = no language recognised
status-words = Found by their words: { receipt-sentences }.
status-meaning = By their meaning: { $embedded } of { $sentences } ({ NUMBER($share, style: "percent", maximumFractionDigits: 1) }).
status-waiting = Until nine tenths are done, answers go by words alone.
status-off = Meanings are not compared: answers go by words alone.
status-trouble = Meanings cannot be compared at present: answers go by words alone.
status-calibrated = An answer needs { NUMBER($least, style: "percent", maximumFractionDigits: 1) }: calibrated on { DATETIME($day, dateStyle: "long") } to { $count ->
    [one] one judged answer
   *[other] { $count } judged answers
}.
show-usage = Write /show and an id, or how a title begins; /list shows both.
remove-usage = Write /remove and the id of an article; /list shows the ids.
remove-confirm = Remove “{ $name }” from the articles? It can be brought back for thirty days.
removed = Removed: “{ $name }”.
removed-how = `derek undo` brings it back.
kept = Kept.
unknown-article = No article has the id { $id }, or a title that begins so. /list shows what there is.
ambiguous-article = Several articles begin with { $id }: { $matches }. Give more of the id or the title.
passage-former = So it stood until { DATETIME($day, dateStyle: "long") }; the article was changed since.
changed-article = The article was changed since. Please ask again.
forgotten-question = I no longer remember this question. Please ask it again.

# What people wait for
waiting-kept = I tell you here as soon as an article answers this. /waiting shows what I am to tell you.
watch-kept = I tell you here of every new article that answers this. /waiting shows what I am to tell you.
watch-usage = Write /watch and a question, and I tell you of every new article that answers it.
waiting-full = { $limit ->
    [one] I keep one question for you at most.
   *[other] I keep { $limit } questions for you at most.
} /waiting lets you cancel some.
waiting-count = { $count ->
    [one] I am to tell you here what answers one question
   *[other] I am to tell you here what answers { $count } questions
}, of { $limit } that I keep for you at most. ✕ cancels one.
waiting-nothing = You wait for nothing here. 🔔 under an answer that was not found changes that, and so does /watch with a question.
waiting-once = until it is answered
waiting-standing = every new article
waiting-gone = That question is no longer kept, or it is somebody else's.
waiting-unnamed = You write in the name of the group, so I don't know whom to tell. Please write in your own name.
told-waited = You asked me to tell you: “{ $question }”
told-watched = There is something new on what you watch: “{ $question }”

# Settings of a chat
settings = Which articles may answer in this chat
settings-dates = Dates: { $period }.
settings-usage =
    /settings since 2022 – dated in 2022 or later
    /settings until 2024-05 – dated until the end of May 2024
    /settings lang en kk – in these languages
    /settings in NAME – in this collection; part several by spaces
    /settings source NAME – from this source; part several by commas
    /settings since any – dated on any day again; so with until, lang, in and source
    /settings clear – all articles again
settings-speak = /settings speak en – I speak English here; speak any – the language in which each one writes
settings-refused = Only administrators of this group may change which articles answer in it.
setting-word = There is no setting “{ $said }”. Write since, until, lang, in, source or clear; /settings shows examples.
setting-missing = Nothing stands behind “{ $said }”. Write what is to answer, or any; /settings shows examples.
setting-day = “{ $said }” is no date. Write a year, a month or a day, as in 2022, 2022-05 or 2022-05-31.
setting-order = No day lies between since and until then, so no article could answer. Write both, the earlier one first: /settings since 2022 until 2024
setting-language = No article is in “{ $said }”. Write codes of languages: { $choices }.
setting-source = No article is from “{ $said }”. The sources: { $choices }.
setting-collection = No article is in the collection “{ $said }”. The collections: { $choices }.
setting-ambiguous = “{ $said }” fits several sources: { $choices }. Write one of them in full.
setting-speech = I don't speak “{ $said }”. Write one of { $choices }, or any.
any = any

# What people think of answers
judged = Noted, thank you!
judged-bad = Noted. What is wrong with it?
judged-nothing = There is no sentence to judge: nothing was shown.
fault-sentence = Wrong sentence
fault-answer = Not an answer
fault-outdated = Outdated
missed-times = { $count ->
    [one] asked once
   *[other] asked { $count } times
}
missed-nothing = No question went without a good answer.
feedback-nothing = No answer was judged yet: 👍 and 👎 do that in Telegram, /good and /bad on the console.
feedback-exported = { $count ->
    [one] One question is in { $path }.
   *[other] { $count } questions are in { $path }.
}
calibrate-few = { $count ->
    [one] There is one judged answer
   *[other] There are { $count } judged answers
} that would still come first today; { $needed } are needed. 👍 and 👎 judge in Telegram, /good and /bad on the console.
calibrate-kept = Nothing to change: { NUMBER($least, style: "percent", maximumFractionDigits: 1) } serves the { $count } judged answers as well as anything.
calibrate-lower = { NUMBER($least, style: "percent", maximumFractionDigits: 1) } instead of { NUMBER($former, style: "percent", maximumFractionDigits: 1) } answers { $count ->
    [one] one question
   *[other] { $count } questions
} more, of which { $right } were judged right.
calibrate-higher = { NUMBER($least, style: "percent", maximumFractionDigits: 1) } instead of { NUMBER($former, style: "percent", maximumFractionDigits: 1) } refuses { $count ->
    [one] one question
   *[other] { $count } questions
} more, of which { $wrong } were judged wrong.
calibrate-checked = Of questions that it was not fitted to, { $better } are decided better, and { $worse } worse.
calibrate-done = An answer needs { NUMBER($least, style: "percent", maximumFractionDigits: 1) } from now on; a bot that runs has to be started again. `derek calibrate --undo` takes it back.
calibrate-named = the settings name min_confidence, which goes first; leave it out there to go by what is calibrated
calibrate-undone = Taken back: how sure an answer must be is what it was by default.
calibrate-none = Nothing was calibrated, so there is nothing to take back.

# Access
readers-only = I answer only people whom my administrators have let in.
administrators-only = Only administrators may do this. Your id, to tell them: { $user }
administrators-only-here = Only my administrators may do this.
private-only = Please write this to me in private.
too-many = That was a lot at once. Give me a minute, please!
open-bot = Open the bot
typing-in-vain = Not found in the articles; open the bot
private-asked = This bot is private. I have asked an administrator whether I may answer you, and will tell you what they say.
private-full = This bot is private, and too many people are waiting to be let in just now. Please write again in a few days.
private-unowned = This bot is private and has no administrator yet. Is it yours? Then send me /pair and the code that stands where you started it.
request = { $name } wants to ask me questions (id { $id }).
request-group = { $name } added me to the group “{ $title }”. May everybody there ask me?
request-channel = { $name } added me to the channel “{ $title }”. May what is posted there become articles?
somebody = Somebody
let-in = An administrator has let you in. Just write your question!
not-let-in = An administrator has not let you in. I am sorry.
group-private = I am private, and have asked an administrator of mine whether this group may ask me. Until then I keep quiet.
group-allowed = Now everybody in this group may ask me. Write /ask@{ $bot } and your question, mention me, or reply to a message of mine.
person-now = { $name }: { $role }.
group-now = “{ $title }”: { $state }.
role-owner = administrator for good
role-administrator = administrator
role-reader = may ask
role-asked = asks to be let in
role-refused = may not ask
role-blocked = blocked
state-allowed = everybody there may ask
state-asked = to be decided
state-refused = nobody there may ask
paired = You are an administrator of mine. /invite lets others in, /help tells the rest.
pair-wrong = That is not the code that holds now. Look again where you started me.
invite-usage =
    /invite – a link that lets one person in
    /invite 5 – one that lets five in; { $limit } at most
    /invite administrator – one that makes an administrator
invited = { $link }
    What whoever opens this link may be: { $role }. It holds until { DATETIME($day, dateStyle: "long") }, for { $count ->
        [one] one person
       *[other] { $count } people
    }. /people withdraws it.
invitation-taken = Welcome!
invitation-void = This invitation does not hold any more. Ask for a new one, please.
people-open = Everyone may ask me: the settings say so.
people-nobody = Nobody was let in yet.
people-usage =
    /people id – one person or group
    /people id in hr it – answer them from these collections only
    /people id in any – from all again
    /invite – a link that lets somebody in
people-unknown = I know no person and no group of the id { $id }.
people-fixed = The settings say so, and are changed only where they stand.
people-collection = No collection can be called “{ $name }”: letters, digits, - and _, 40 at most.
last-administrator = That is my only administrator. Make somebody else one first.
groups-none = I am in no group.
invitations-none = No invitation holds at present. /invite gives one.
invitation-line = { $number }. { $role }, from { $by }, until { DATETIME($day, dateStyle: "long") }, for { $count ->
    [one] one person
   *[other] { $count } people
}
log-nothing = Nothing was done yet.
act-admit = { $who } let { $whom } in
act-refuse = { $who } did not let { $whom } in
act-block = { $who } blocked { $whom }
act-dismiss = { $who } removed { $whom }
act-promote = { $who } made { $whom } an administrator
act-demote = { $who } took the administration from { $whom }
act-limit = { $who } changed the collections of { $whom }
act-invite = { $who } gave invitation { $whom }
act-withdraw = { $who } withdrew invitation { $whom }
act-join = { $who } came in by invitation { $whom }
act-pair = { $whom } became the first administrator
act-admit-group = { $who } let the group { $whom } in
act-refuse-group = { $who } let me leave the group { $whom }
act-add = { $who } added or changed article { $whom }
act-post = In the channel { $who } article { $whom } was posted or edited
act-remove = { $who } removed article { $whom }
act-undo = { $who } took a change of article { $whom } back
act-follow = { $who } followed the feed { $whom }
act-unfollow = { $who } follows the feed { $whom } no more
act-key = { $who } made the key { $whom }
act-revoke = { $who } revoked the key { $whom }
forget-me-confirm = I forget what you asked, here and in groups, and what you are called. Whether you may ask stays as it is. Shall I?
forgotten-me = { $count ->
    [one] Forgotten, with one question.
   *[other] Forgotten, with { $count } questions.
}

# When something fails
failure = Something went wrong, and I have noted it under { $reference }. Please try again.
set-aside-fatal = I was killed three times while I worked on update { $update }, so I have set it aside.
set-aside-unreadable = I could not read update { $update } from Telegram, so I have set it aside; everything else goes on.
sent-again = Sent again, in case it did not arrive before:

# The menu of commands
command-ask = ask a question
command-about = what the articles hold
command-list = the articles
command-show = one article
command-status = how much can be found, and how
command-watch = tell me of new answers to a question
command-waiting = what I am to tell you here
command-settings = which articles may answer here, and in which language I speak
command-help = what I can do
command-add = reply with it to a text: make it an article
command-remove = remove an article
command-missed = questions without a good answer
command-people = who may ask, and from what
command-invite = a link that lets somebody in
command-log = what administrators did
command-forget_me = forget what I asked
command-doctor = how the bot is, and what it may do in a group
command-web = a link that signs you in on the page

# What is checked before the bot runs, and by /doctor
check-administrators = { $count ->
    [one] { $count } administrator may add and remove articles.
   *[other] { $count } administrators may add and remove articles.
}
check-nobody = Nobody is an administrator yet: derek run says the code that makes somebody one.
check-everyone = Everyone who finds the bot may ask and read, for the settings say access = "open".
check-readers = { $count ->
    [one] Besides administrators, { $count } person may ask.
   *[other] Besides administrators, { $count } people may ask.
}
check-token = The token belongs to { $bot }.
check-commands = { $count ->
    [one] { $count } command is in the menu.
   *[other] { $count } commands are in the menu.
}
check-commands-none = No commands are in the menu yet; each start sets them.
check-groups = The bot may be added to groups, where it is sent only what is addressed to it: privacy mode is on.
check-groups-all = The bot may be added to groups, where it is sent every message: privacy mode is off; /setprivacy at @BotFather turns it on.
check-groups-never = The bot cannot be added to groups; /setjoingroups at @BotFather allows it.
check-inline = Inline questions are switched on at @BotFather.
check-inline-off = Inline questions are switched off; /setinline at @BotFather switches them on.
check-webhook-none = No webhook is set: updates are asked for.
check-webhook = { $count ->
    [one] A webhook is set at { $host }, where { $count } update waits; polling takes it away.
   *[other] A webhook is set at { $host }, where { $count } updates wait; polling takes it away.
}
check-webhook-fault = The last delivery to the webhook failed: { $reason }; check the proxy and the certificate there.
check-disk = { NUMBER($size, maximumFractionDigits: 1) } GB of the disk are free.
check-disk-low = Only { NUMBER($size, maximumFractionDigits: 2) } GB of the disk are free; make room, or nothing can be written down.
check-articles = { $articles ->
    [one] { $articles } article answers, with { receipt-sentences }; the index is up to date.
   *[other] { $articles } articles answer, with { receipt-sentences }; the index is up to date.
}
check-articles-none = There are no articles; add some with derek add.
check-index-behind = Not all articles can be found yet: { $reason }
check-meaning = { $count ->
    [one] { $count } of { $sentences } sentences is embedded.
   *[other] { $count } of { $sentences } sentences are embedded.
}
check-meaning-off = Meaning is not compared; [semantic] kind in the settings changes that.
check-meaning-fault = Answers go by words alone: { $reason }
check-journal = { $updates ->
    [one] { $updates } update
   *[other] { $updates } updates
} and { $count ->
    [one] { $count } message
   *[other] { $count } messages
} wait.
check-set-aside = { $count ->
    [one] { $count } update was set aside ({ $numbers }); the log says why.
   *[other] { $count } updates were set aside ({ $numbers }); the log says why.
}
check-clock = The clock agrees with Telegram's.
check-clock-off = { $count ->
    [one] The clock is off by { $count } second; set it by NTP, or days and limits go wrong.
   *[other] The clock is off by { $count } seconds; set it by NTP, or days and limits go wrong.
}
check-group = { $title }, id { $id }:
check-group-unknown = I cannot see that group: { $reason }; add me to it first.
check-group-private = That is no group.
check-group-left = I am not in it; add me first.
check-group-writes = I may write there.
check-group-mute = I may not write there; let me send messages.
check-group-leads = I am an administrator there, so I am sent every message.
check-group-reads = I am no administrator there, and am sent every message, for privacy mode is off.
check-group-addressed = I am no administrator there, and am sent only what is addressed to me, for privacy mode is on.
doctor-group = For a group, write its id or @name behind /doctor, or reply from there.

# The bot's profile
description = Ask a question, and be answered with the sentence that really stands in the articles, with its source. Nothing is made up.
short-description = Answers with sentences that really stand in the articles, each with its source.

# The console
console-welcome = Ask about { $articles ->
    [one] { $articles } article
   *[other] { $articles } articles
}. /help tells what else there is; /quit or Ctrl-D ends.
console-help =
    Write a question, and Derek answers with sentences from the articles, each with its source.

    /why 1 – why citation 1 was chosen
    /open 1 – the article of citation 1, with the sentence marked
    /more – further results
    /good, /bad – what you think of the last answer; /bad sentence, answer or outdated says why
    /search gas – what the articles say about gas
    /list, /show ID – the articles, and one of them
    /add FILE – add a file or a folder
    /undo – take the last change of the articles back
    /history – the questions asked so far
    /save FILE – write the conversation to a file
    /settings – which articles may answer
    /status – how much can be found, and how
    /help – this
    /quit – end
console-undo-many =
    { $count } articles would change:
    { $names }
    Write /undo ! to do that.
console-bad-usage = Write /bad alone, or with why: sentence (the wrong one), answer (it is none) or outdated.
console-add-usage = Write /add and the name of a file or a folder.
console-save-usage = Write /save and the name of a new file.
console-unsaved = The conversation was not written to { $name }: { $reason }.
console-saved = The conversation is in { $name }.
console-unknown = There is no { $command }. /help tells what there is.
console-ask-first = Ask something first.
console-no-citation = There is no citation { $number } in the last answer.
why-carried = The question was taken as a follow-up, as if it also said: { $words }.
why-shared = Words of the question that stand in the sentence: { $words }.
why-lacking = Words that don't: { $words }.
why-better = Better than the average candidate: { $reasons }.
why-worse = Worse: { $reasons }.
reason-words = its words
reason-letters = letters in common
reason-context = what stands around it and in its article
reason-together = the match on the whole
reason-order = the order of the words
reason-kind = what kind of answer it holds
reason-named = names and numbers
reason-place = its place and length
reason-meaning = its meaning
reason-language = its language
why-score = It answers the question with a probability of { NUMBER($score, style: "percent", maximumFractionDigits: 1) }; for an answer the first citation needs { NUMBER($threshold, style: "percent", maximumFractionDigits: 1) }.
none = none

# Pages and feeds
no-pages = No article was fetched from a page.
no-feeds = No feed is followed; `derek feed add URL` follows one.
feed-known = { $url } is followed already.
feed-unknown = { $url } is not followed.
feed-removed = { $url } is followed no more. Its articles stay.
feed-nothing-new = Nothing is new.
feed-new = not asked yet
feed-well = { $count ->
    [one] { $count } entry known
   *[other] { $count } entries known
}, asked on { $day }
feed-trouble = { $count ->
    [one] it failed once
   *[other] it failed { $count } times in a row
}: { $reason }
page-address = { $url } is no address of a page. One begins with http:// or https://.
page-inside = { $url } is not in public, so I did not ask it. Whoever runs me can allow it in the settings: [fetch] allow.
page-unreachable = { $url } cannot be reached ({ $detail }). Check the address, or try again later.
page-status = The server of { $url } answers { $detail }. Check the address in a browser.
page-redirects = { $url } leads on more than { $detail } times. Send me the last address.
page-coding = { $url } comes packed as { $detail }, which I did not ask for. Send it to me as a file.
page-size = { $url } is larger than { $detail }. Send me its parts as files.
page-slow = { $url } takes longer than { $detail }. Try again later, or send it as a file.
page-robots = The server of { $url } asks programs not to fetch it (robots.txt). Send it to me as a file.
page-kind = { $url } is { $detail }, which I cannot read.

# The page
web-skip = To the text
web-parts = Parts
web-pages = Pages
web-ask = Ask
web-articles = Articles
web-add = Add
web-feeds = Feeds
web-feedback = Feedback
web-access = Access
web-log = Log
web-numbers = Numbers
web-sign-in = Sign in
web-sign-out = Sign out
web-sign-in-first = Sign in first: `derek serve` prints a link that does, and an administrator gets one from the bot with /web.
web-administrators-only = Only administrators may do this.
web-link-spent = This link does not hold any more: each signs in once, within ten minutes. Get another one.
web-question-gone = This question is not remembered any more; ask it again.
web-trouble = This did not work
web-ask-heading = Ask your articles
web-question = Question
web-ask-button = Ask
web-limits = Only some articles
web-language = Language
web-source = Source
web-collection = Collection
web-since = Dated since
web-until = Dated until
web-answer = Answer
web-original = original
web-context = In its place
web-why = Why this
web-was-it-good = Is this a good answer?
web-good = Yes
web-bad = No
web-follow-up = Ask on
web-holding =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    } with { $sentences ->
        [one] { $sentences } sentence
       *[other] { $sentences } sentences
    }.
web-changed = The article was changed since this was cited; it does not stand here any more.
web-table = Table
web-copies = Other articles that say the same
web-remove = Put into the trash
web-titled = A part of the title, the source or the file
web-find = Find
web-count =
    { $count ->
        [0] No articles.
        [one] { $count } article.
       *[other] { $count } articles.
    }
web-title = Title
web-day = Date
web-sentences = Sentences
web-newer = Newer
web-older = Older
web-add-heading = Add articles
web-files = Files
web-choose-files = Choose files, or drop them here
web-no-files = No file was chosen, so nothing was added.
web-into-collection = Into the collection (may be left empty)
web-add-button = Add
web-working = Adding …
web-link = Link
web-address = Address of the page
web-text = Text
web-became = What became of it
web-read = read
web-feed-address = Address of the feed
web-no-address = This is no address of a feed; write one that begins with http:// or https://.
web-follow = Follow
web-unfollow = Follow no more
web-missed = Questions without a good answer
web-judged = Answers that people judged
web-votes = { $good } good, { $bad } bad
web-nothing = Nothing yet.
web-keys = Keys of programs
web-key-made = This is the key; it is shown only now:
web-key-name = Name
web-key-make = Make a key
web-role = Role
web-made = Made
web-used = Last used
web-state = State
web-revoke = Revoke
web-revoked = revoked
web-people = People in Telegram
web-groups = Groups in Telegram
web-asked = Questions a day
web-answered-share = Answered, per cent
web-took = Time to find an answer, in milliseconds (median)
web-as-table = As a table
web-command = This link signs you in on the page, once and within ten minutes:
web-not-served = There is no page: it is served where [web] listen and url stand in the settings.
web-serving = The page is at { $url }. This link signs you in, once and within ten minutes: { $link }
web-is-open = Everybody who reaches this address may read and ask: it is open.
no-keys = There are no keys.
key-revoked = Key { $name } opens nothing any more.
web-receipts-gone = What became of this is remembered no more; the log tells what was done.
