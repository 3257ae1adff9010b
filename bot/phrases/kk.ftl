# Жауаптар
not-found = Мақалаларда бұл сұрақтың жауабы жоқ.
perhaps = Мүмкін; бұл жауап екеніне сенімді емеспін:
nearest = Ең жақын үзінділер, жауап болмауы да мүмкін:
nearest-speaking = Мақалаларда { $words } туралы айтылады, бірақ бұл сұраққа жауап таппадым. Ең жақын үзінділер:
on-topic = Мақалаларда «{ $topic }» сұрауы бойынша мынадай сөйлемдер бар:
no-articles = Әзірге мақала жоқ, сондықтан жауап беретін ештеңе жоқ.
read-as = Былай оқылды: { $reading }
read-with = Алдыңғы сұрақтың жалғасы деп түсінілді, бірге алынған сөздер: { $words }
only-articles = Тек мына мерзімдегі мақалалар: { $period }.
looked-only = Тек мына мерзімдегі мақалалардан іздедім: { $period }.
looked-undated = Күні көрсетілмеген { $count } мақала есепке алынбады.
limited = Бұл чатта мақалалардың бір бөлігі ғана жауап береді ({ $limits }). Мұны /settings өзгертеді.
limited-fenced = Бұл чатта мақалалардың бір бөлігі ғана жауап береді ({ $limits }).
period-since = { DATETIME($since, dateStyle: "long") } күнінен бастап
period-until = { DATETIME($until, dateStyle: "long") } күніне дейін
period-between = { DATETIME($since, dateStyle: "long") } – { DATETIME($until, dateStyle: "long") } аралығы
period-day = { DATETIME($since, dateStyle: "long") }
no-more = Мақалаларда бұл туралы басқа ештеңе жоқ.
untitled = Атаусыз мақала
also-in = тағы { $count } мақалада бар
date = { DATETIME($day, dateStyle: "long") }
question-empty = Сұрағыңызды сөзбен жазыңызшы.
questions-left = Бір хабарламадағы { $limit } сұраққа жауап беремін. Жауап берілмегені: { $count }, мынадан бастап: «{ $question }»
question-too-long = Сұрақ тым ұзын: { $length } таңба. { $limit } таңбадан асырмай сұраңызшы.

# Батырмалар
button-context = Толығырақ мәтін
button-more = Тағы нәтижелер
button-back = ← Артқа
button-why = Неге?
button-undo = Болдырмау
button-adopt = Мақала ретінде қосу
button-remove = Жою
button-keep = Қалдыру
button-next = Ертеректегі мақалалар
button-newer = Жаңарақ мақалалар
button-read-on = Әрі қарай →
button-clear = Қайтадан барлығы
button-speak-any = 🗣 Әркім қалай жазса
button-older = Бұрынғы сұрақтар
button-allow = Рұқсат беру
button-refuse = Рұқсат бермеу
button-block = Бұғаттау
button-leave = Топтан шығу
button-promote = Әкімші ету
button-demote = Әкімшіліктен алу
button-dismiss = Рұқсатты алып тастау
button-further = Әрі қарай
button-people = Адамдар
button-groups = Топтар
button-invitations = Шақырулар
button-withdraw = Қайтарып алу
button-forget = Мені ұмыту
button-wait = 🔔 Білгенде айтыңыз

# Сәлемдесу және көмек
greeting = Сәлеметсіз бе! Мақалаларыңыз жауап бере алатын нәрсе туралы сұраңыз.
thanks = Оқасы жоқ. Тағы сұраңыз!
farewell = Сау болыңыз! Сұрақ болса, қайта келіңіз.
more = Алдымен сұрақ қойыңыз: сонда басқа нәтижелер де шығады.
assent = Мен тек сұрақтарға жауап беремін. Не білгіңіз келеді?
identity = { start }
start =
    Мен Дерекпін. Сұрақ қойыңыз, мен мақалада сөзбе-сөз бар сөйлеммен жауап беріп, оның қайдан алынғанын көрсетемін. Ештеңені ойдан шығармаймын: мақалаларда жауап болмаса, солай деймін.

    Сұрағыңызды қазақша, орысша немесе ағылшынша жаза беріңіз. Қалғанын /help айтады.
help =
    Сұрақ жазыңыз, мен мақалалардағы сөйлемдермен, әрқайсысының дереккөзін көрсетіп жауап беремін.

    /ask сұрақ – сұрау, топтарда да
    /about – мақалаларда не бар
    /status – қанша сөйлем қалай табылады
    /list – мақалалар тізімі
    /show id – бір мақала
    /watch сұрақ – оған жауап беретін әр жаңа мақаланы айтамын
    /waiting – осында сізге не айтуым керек
    /settings – осында қай мақалалар жауап бере алады, әрі мен қай тілде сөйлеймін
    /forget_me – не сұрағаныңызды ұмытамын
help-group = Топта /ask@{ $bot } және сұрағыңызды жазыңыз, мені атаңыз немесе менің хабарламама жауап беріңіз.
help-administrator =
    Сіз мақала қоса аласыз: .txt не .md құжатын жіберіңіз, хабарламаны әрі қарай жіберіңіз немесе мәтінге /add деп жауап беріңіз. Хабарлама астындағы батырма сол қосуды болдырмайды; /remove id мақаланы жояды.
    /people кім сұрай алатынын көрсетеді және өзгертеді, /invite шақырады, /log әкімшілер не істегенін айтады. /missed жақсы жауап алмаған сұрақтарды көрсетеді. /doctor менің жағдайымды айтады, ал /web бетке кіргізеді.
cannot-read = Мұндай хабарламаны оқи алмаймын. Сұрағыңызды сөзбен жазыңыз, мен жауабын мақалалардан іздеймін.

# Қосу
receipt-sentences = { $count ->
    [one] { $count } сөйлем
   *[other] { $count } сөйлем
}
receipt-added = Қосылды: «{ $name }» ({ $sentences }, id { $id }). Енді сұрауға болады.
receipt-updated = Жаңартылды: «{ $name }» ({ $sentences }, id { $id }).
receipt-moved = Жылжытылды: «{ $name }» енді { $path } файлынан оқылады (id { $id }).
receipt-unchanged = Өзгеріссіз: «{ $name }».
receipt-twin = Дәл осы мәтін { $file } файлынан оқылған.
receipt-former = «{ $name }» орнына.
receipt-encoding = { $encoding } ретінде оқылды.
receipt-faults = { $count ->
    [one] { $count } жері оқылмады: орнында � тұр.
   *[other] { $count } жері оқылмады: орнында � тұр.
}
receipt-duplicate = Өзгеріс жоқ: «{ $name }» мақалалар арасында бар (id { $id }).
samples-gone = Мысал ретіндегі { $count } мақала орын босатты; болдырмасаңыз, олар қайтады.
total = Барлығы: { $parts }.
total-added = қосылды { $count }
total-updated = жаңартылды { $count }
total-moved = жылжытылды { $count }
total-unchanged = өзгеріссіз { $count }
total-duplicate = бұрыннан бар { $count }
total-failed = қосылмады { $count }
total-removed = жойылды { $count }
total-restored = қайтарылды { $count }
total-kept = сол күйінде қалды { $count }
receipt-failed = Қосылмады: { $reason }
deed-undo-removed = Қосу болдырылмады: «{ $name }» енді мақалалар арасында жоқ.
deed-undo-restored = Өзгеріс болдырылмады: «{ $name }» бұрынғы қалпында.
deed-undo-kept = Сол күйінде қалды: «{ $name }» содан бері өзгертілген не жойылған.
nothing-undo = Болдырмайтын ештеңе жоқ.
confirm-undo = Соңғы өзгеріс болдырылмайды, мақала саны: { $count }:
deed-redo-removed = Қайта жасалды: «{ $name }» енді мақалалар арасында жоқ.
deed-redo-restored = Қайта жасалды: «{ $name }» мақалалар арасында бар.
deed-redo-kept = Сол күйінде қалды: «{ $name }» содан бері өзгертілген не жойылған.
nothing-redo = Қайталайтын ештеңе жоқ.
confirm-redo = Қайта өзгереді, мақала саны: { $count }:
deed-prune-removed = Жойылды: «{ $name }».
sync-confirm = Онда файлы жоқ мақалалар: { $articles } ішінен { $count }. Бұл мақалалар жойылсын ба? Оларды отыз күн ішінде қайтаруға болады.
sync-nothing = Онда .txt не .md файлы жоқ, ешбір мақала да ол жерден емес.
confirm = Жалғастыру керек пе?
dry-run = ештеңе өзгерген жоқ; мынадай іс жасалар еді
trash-line = «{ $name }» (id { $id }), { $day } күні жойылған
expire-nothing = Баптауларда берілген мерзімнен ескі мақала жоқ.
trash-empty = Соңғы отыз күнде ештеңе жойылмаған.
trash-how = `derek restore ID` мақаланы қайтарады, `derek purge` себетті босатады.
brought-back = Қайтарылды: «{ $name }» (id { $id }).
purge-confirm = Жойылғандар біржола кетеді, мақала саны: { $count }; өзгерістерді болдырмау мүмкін болмайды. Жалғастыру керек пе?
purged = Біржола жойылды, мақала саны: { $count }.
asked-at = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
asked-in-vain = Жауап болған жоқ.
asked-nothing = Әзірге ештеңе сұралған жоқ.
forget-confirm = Консольде қойылған сұрақтар біржола жойылады. Жалғастыру керек пе?
forgotten = Ұмытылған сұрақ саны: { $count }.
exported = { $path } қалтасындағы мақала саны: { $count }.
exported-anew = Олардың ішінен Markdown түрінде қайта жазылғаны: { $count }, өйткені бастапқы мәтіні сақталмаған немесе өзгерген.
backup-made = { $path } файлына сақталды ({ NUMBER($size, maximumFractionDigits: 1) } МБ): { $parts }.
backup-articles = { $count } мақала
backup-questions = { $count } қойылған сұрақ
backup-vectors = { $count } вектор
restore-confirm = { $path } қалтасында мақалалар бар. Оның орнына { DATETIME($day, dateStyle: "long") } күнгі көшірме ({ $parts }) қойылсын ба? Ол қалта басқа атпен сақталады.
restored = { DATETIME($day, dateStyle: "long") } күнгі көшірмеден қалпына келтірілді: { $parts }.
restored-aside = Бұрынғысы енді { $path } қалтасында.
remove-short = «{ $id }» жою үшін тым қысқа; id-нің кемінде { $least } таңбасын жазыңыз
add-usage = Мақала болуы тиіс мәтінге не құжатқа /add деп жауап беріңіз.
add-empty = Бұл хабарламада мәтін жоқ.
add-own = Мұны өзім жаздым. Басқа біреудің мәтініне /add деп жауап беріңіз.
empty-article = { $name } ішінде мәтін жоқ.
unreadable-kind = { $name } оқылмайды: оны { $detail } түрінде сақтаңыз.
unreadable-address = { $name } – беттің мекенжайы емес: ол http:// не https:// деп басталады.
unreadable-size = { $name } көлемі { $detail } шегінен үлкен: оны мақалаларға бөліңіз.
unreadable-not-text = { $name } – мәтін емес: оны UTF-8 мәтіні ретінде сақтаңыз.
unreadable-system = { $name }: { $detail }.
unreadable-undecided = { $name } файлының кодталуы белгісіз; мүмкін: { $detail }. Оны UTF-8 мәтіні ретінде сақтаңыз.
unreadable-encoding = { $name } оқылуға тиіс { $detail } деген кодталу жоқ.
unreadable-unfit = { $name } файлының кодталуы { $detail } емес. Оны UTF-8 мәтіні ретінде сақтаңыз.
unreadable-collection = { $name } файлында { $detail } деген жинақ аталған, ал жинақты олай атауға болмайды: тек әріптер, цифрлар, - және _, ең көбі 40.
unreadable-locked = { $name } құпиясөзбен қорғалған: оны құпиясөзсіз сақтаңыз.
unreadable-scanned = { $name } беттері – мәтінсіз сурет: алдымен мәтінін танытыңыз (OCR).
unreadable-garbled = { $name } ішіндегі мәтін оқылмайды, беттерінде көрінсе де: оны танытыңыз (OCR) немесе файлды өзі жасалған бағдарламадан сақтаңыз.
unreadable-damaged = { $name } бүлінген ({ $detail }): оны өзі жасалған бағдарламада ашып, қайта сақтаңыз.
unreadable-excess = { $name } тым үлкен, шегі – { $detail }: оны бірнеше файлға бөліңіз.
unreadable-slow = { $name } файлын оқу { $detail } уақыттан асады: оны бірнеше файлға бөліңіз.
unreadable-fatal = { $name } оқитын бағдарламаны істен шығарды: ол бүлінген не зиян келтіру үшін жасалған болуы мүмкін.

# Мақалалар
about =
    { $articles ->
        [one] { $articles } мақала
       *[other] { $articles } мақала
    }, { receipt-sentences }, оның ішінде жауап бере алатыны – { $answerable }.
about-dates = Күндері: { DATETIME($first, dateStyle: "long") } – { DATETIME($last, dateStyle: "long") }.
about-sources = Дереккөздер: { $sources }.
about-collections = Жинақтар: { $collections }.
in-collection = { $name } жинағы
in-collections = жинақтар: { $names }
about-languages = Тілдер: { $languages }.
no-language = тілі танылмады
status-words = Сөздері бойынша табылады: { receipt-sentences }.
status-meaning = Мағынасы бойынша: { $sentences } ішінен { $embedded } ({ NUMBER($share, style: "percent", maximumFractionDigits: 1) }).
status-waiting = Оннан тоғызы дайын болғанша жауап тек сөздер бойынша ізделеді.
status-off = Мағына салыстырылмайды: жауап тек сөздер бойынша ізделеді.
status-trouble = Мағынаны қазір салыстыру мүмкін емес: жауап тек сөздер бойынша ізделеді.
status-calibrated = Жауапқа { NUMBER($least, style: "percent", maximumFractionDigits: 1) } керек: { DATETIME($day, dateStyle: "long") } күні бағаланған { $count } жауап бойынша теңшелді.
show-usage = /show және id не атаудың басын жазыңыз; оларды /list көрсетеді.
remove-usage = /remove және мақаланың id-ін жазыңыз; id-лерді /list көрсетеді.
remove-confirm = «{ $name }» мақалалардан жойылсын ба? Оны отыз күн ішінде қайтаруға болады.
removed = Жойылды: «{ $name }».
removed-how = `derek undo` қайтарады.
kept = Қалдырылды.
unknown-article = Id-і { $id } немесе атауы осылай басталатын мақала жоқ. Не бар екенін /list көрсетеді.
ambiguous-article = { $id } деп басталатын бірнеше мақала бар: { $matches }. Id-ді не атауын толығырақ жазыңыз.
passage-former = Бұл – бұрынғы мәтін: мақала { DATETIME($day, dateStyle: "long") } күні өзгертілген.
changed-article = Мақала содан бері өзгертілген. Қайта сұраңызшы.
forgotten-question = Бұл сұрақ есімде жоқ. Қайта қойыңызшы.

# Адамдар не күтеді
waiting-kept = Бұған жауап беретін мақала шыққан бойда осында айтамын. Не айтуым керегін /waiting көрсетеді.
watch-kept = Бұған жауап беретін әр жаңа мақаланы осында айтып тұрамын. Не айтуым керегін /waiting көрсетеді.
watch-usage = /watch және сұрақ жазыңыз, мен оған жауап беретін әр жаңа мақаланы айтамын.
waiting-full = Сіз үшін ең көбі { $limit ->
    [one] { $limit } сұрақ
   *[other] { $limit } сұрақ
} сақтаймын. Артығын /waiting арқылы алып тастаңыз.
waiting-count = Осында сізге { $count ->
    [one] { $count } сұрақтың
   *[other] { $count } сұрақтың
} жауабын айтуым керек; барлығы ең көбі { $limit } сұрақ сақтаймын. ✕ алып тастайды.
waiting-nothing = Сіз мұнда ештеңе күтіп тұрған жоқсыз. Табылмаған жауап астындағы 🔔 батырмасын басыңыз немесе /watch және сұрақ жазыңыз.
waiting-once = жауап табылғанша
waiting-standing = әр жаңа мақала
waiting-gone = Бұл сұрақ енді сақталмайды немесе ол сіздікі емес.
waiting-unnamed = Сіз топ атынан жазып тұрсыз, кімге айтарымды білмеймін. Өз атыңыздан жазыңызшы.
told-waited = Айтуымды сұрап едіңіз: «{ $question }»
told-watched = Сіз бақылайтын сұрақ бойынша жаңалық бар: «{ $question }»

# Чаттың баптаулары
settings = Бұл чатта қай мақалалар жауап бере алады
settings-dates = Күндері: { $period }.
settings-usage =
    /settings since 2022 – 2022 жылдан бастап
    /settings until 2024-05 – 2024 жылғы мамырдың соңына дейін
    /settings lang kk ru – осы тілдерде
    /settings in АТАУЫ – осы жинақтан; бірнешеуін бос орынмен бөліңіз
    /settings source АТАУЫ – осы дереккөзден; бірнешеуін үтірмен бөліңіз
    /settings since any – қайтадан кез келген күннен; until, lang, in, source үшін де солай
    /settings clear – қайтадан барлық мақала
settings-speak = /settings speak kk – мұнда қазақша сөйлеймін; speak any – әркім жазған тілде
settings-refused = Бұл топта қай мақалалар жауап беретінін тек топтың әкімшілері өзгерте алады.
setting-word = «{ $said }» деген баптау жоқ. since, until, lang, in, source не clear деп жазыңыз; мысалдарды /settings көрсетеді.
setting-missing = «{ $said }» сөзінен кейін ештеңе жоқ. Қай мақалалар жауап беретінін не any деп жазыңыз; мысалдарды /settings көрсетеді.
setting-day = «{ $said }» – күн емес. Жылды, айды не күнді жазыңыз: 2022, 2022-05 не 2022-05-31.
setting-order = Онда since пен until арасында бірде-бір күн жоқ, сондықтан ешбір мақала жауап бере алмас еді. Екеуін де жазыңыз, ертерегі бірінші: /settings since 2022 until 2024
setting-language = «{ $said }» тілінде мақала жоқ. Тілдердің кодтарын жазыңыз: { $choices }.
setting-source = «{ $said }» дереккөзінен мақала жоқ. Дереккөздер: { $choices }.
setting-collection = «{ $said }» жинағында мақала жоқ. Жинақтар: { $choices }.
setting-ambiguous = «{ $said }» бірнеше дереккөзге сәйкес: { $choices }. Біреуін толық жазыңыз.
setting-speech = «{ $said }» тілінде сөйлемеймін. { $choices } не any деп жазыңыз.
any = кез келген

# Жауаптарды бағалау
judged = Жазып алдым, рахмет!
judged-bad = Жазып алдым. Несі дұрыс емес?
judged-nothing = Бағалайтын сөйлем жоқ: ештеңе көрсетілмеді.
fault-sentence = Басқа сөйлем керек
fault-answer = Бұл жауап емес
fault-outdated = Ескірген
missed-times = { $count } рет сұралды
missed-nothing = Жақсы жауапсыз қалған сұрақ жоқ.
feedback-nothing = Жауаптарды әлі ешкім бағаламады: ол үшін Telegram-да 👍 мен 👎, консольде /good пен /bad бар.
feedback-exported = { $count } сұрақ { $path } файлына жазылды.
calibrate-few = Бүгін де бірінші тұрар еді дейтін { $count } бағаланған жауап бар; { $needed } керек. Telegram-да 👍 мен 👎, консольде /good пен /bad бағалайды.
calibrate-kept = Өзгертетін ештеңе жоқ: бағаланған { $count } жауап үшін { NUMBER($least, style: "percent", maximumFractionDigits: 1) } шегі басқаларынан кем емес.
calibrate-lower = { NUMBER($former, style: "percent", maximumFractionDigits: 1) } орнына { NUMBER($least, style: "percent", maximumFractionDigits: 1) } шегі тағы { $count } сұраққа жауап береді, оның ішінде дұрыс деп бағаланғаны – { $right }.
calibrate-higher = { NUMBER($former, style: "percent", maximumFractionDigits: 1) } орнына { NUMBER($least, style: "percent", maximumFractionDigits: 1) } шегі тағы { $count } сұрақты жауапсыз қалдырады, оның ішінде қате деп бағаланғаны – { $wrong }.
calibrate-checked = Шек таңдауға қатыспаған сұрақтардан жақсырақ шешілгені – { $better }, нашарырақ шешілгені – { $worse }.
calibrate-done = Енді жауапқа { NUMBER($least, style: "percent", maximumFractionDigits: 1) } керек; жұмыс істеп тұрған ботты қайта іске қосыңыз. `derek calibrate --undo` бұрынғысын қайтарады.
calibrate-named = баптауларда min_confidence көрсетілген, ол бірінші есепке алынады; теңшелген шек күшіне енуі үшін оны алып тастаңыз
calibrate-undone = Қайтарылды: шек қайтадан әдепкідей.
calibrate-none = Ештеңе теңшелмеген, қайтаратын ештеңе жоқ.

# Қолжетімділік
readers-only = Мен әкімшілерім рұқсат берген адамдарға ғана жауап беремін.
administrators-only = Мұны тек әкімшілер жасай алады. Оларға айтатын id-іңіз: { $user }
administrators-only-here = Мұны тек менің әкімшілерім жасай алады.
private-only = Мұны маған жеке чатта жазыңызшы.
too-many = Бірден тым көп болды. Бір минут күте тұрыңызшы!
open-bot = Ботты ашу
typing-in-vain = Мақалалардан табылмады; ботты ашу
private-asked = Бұл – жабық бот. Сізге жауап беруге бола ма деп әкімшіден сұрадым, оның шешімін айтамын.
private-full = Бұл – жабық бот, қазір рұқсат күткендер тым көп. Бірнеше күннен кейін жазыңызшы.
private-unowned = Бұл – жабық бот, оның әлі әкімшісі жоқ. Бот сіздікі ме? Онда маған /pair және оны іске қосқан жерде тұрған кодты жіберіңіз.
request = { $name } маған сұрақ қойғысы келеді (id { $id }).
request-group = { $name } мені «{ $title }» тобына қосты. Ондағылардың бәрі сұрақ қоя берсін бе?
request-channel = { $name } мені «{ $title }» арнасына қосты. Ондағы жазбалар мақалаға айналсын ба?
somebody = Біреу
let-in = Әкімші сізге рұқсат берді. Сұрағыңызды жаза беріңіз!
not-let-in = Әкімші сізге рұқсат бермеді. Кешіріңіз.
group-private = Мен жабық ботпын. Бұл топқа жауап беруге бола ма деп әкімшімнен сұрадым. Оған дейін үндемеймін.
group-allowed = Енді бұл топта бәрі менен сұрай алады. /ask@{ $bot } және сұрағыңызды жазыңыз, мені атаңыз не менің хабарламама жауап беріңіз.
person-now = { $name }: { $role }.
group-now = «{ $title }»: { $state }.
role-owner = тұрақты әкімші
role-administrator = әкімші
role-reader = сұрай алады
role-asked = рұқсат сұрайды
role-refused = сұрай алмайды
role-blocked = бұғатталған
state-allowed = онда бәрі сұрай алады
state-asked = әлі шешілген жоқ
state-refused = онда ешкім сұрай алмайды
paired = Сіз менің әкімшімсіз. /invite басқаларды шақырады, қалғанын /help айтады.
pair-wrong = Бұл код жарамайды. Мені іске қосқан жерге тағы қараңыз.
invite-usage =
    /invite – бір адамға рұқсат беретін сілтеме
    /invite 5 – бес адамға; ең көбі { $limit }
    /invite administrator – әкімші ететін сілтеме
invited = { $link }
    Сілтемені ашқан адам: { $role }. Сілтеме { DATETIME($day, dateStyle: "long") } күніне дейін жарамды, адам саны: { $count }. Оны /people арқылы қайтарып алуға болады.
invitation-taken = Қош келдіңіз!
invitation-void = Бұл шақыру енді жарамайды. Жаңасын сұраңызшы.
people-open = Менен бәрі сұрай алады: баптауларда солай жазылған.
people-nobody = Әзірге ешкімге рұқсат берілген жоқ.
people-usage =
    /people id – бір адам не бір топ
    /people id in hr it – оларға тек осы жинақтардан жауап беру
    /people id in any – қайтадан бәрінен
    /invite – рұқсат беретін сілтеме
people-unknown = id-і { $id } адамды да, топты да білмеймін.
people-fixed = Баптауларда солай жазылған, тек сонда өзгереді.
people-collection = Жинақты «{ $name }» деп атауға болмайды: тек әріптер, цифрлар, - және _, ең көбі 40.
last-administrator = Бұл – менің жалғыз әкімшім. Алдымен басқа біреуді әкімші етіңіз.
groups-none = Мен ешбір топта жоқпын.
invitations-none = Қазір жарамды шақыру жоқ. Жаңасын /invite береді.
invitation-line = { $number }. { $role }, берген: { $by }, { DATETIME($day, dateStyle: "long") } күніне дейін, адам саны: { $count }
log-nothing = Әзірге ештеңе жасалған жоқ.
act-admit = { $who } рұқсат берді: { $whom }
act-refuse = { $who } рұқсат бермеді: { $whom }
act-block = { $who } бұғаттады: { $whom }
act-dismiss = { $who } рұқсатты қайтарып алды: { $whom }
act-promote = { $who } әкімші етті: { $whom }
act-demote = { $who } әкімшіліктен алды: { $whom }
act-limit = { $who } жинақтарын өзгертті: { $whom }
act-invite = { $who } шақыру берді: { $whom }
act-withdraw = { $who } шақыруды қайтарып алды: { $whom }
act-join = { $who } шақырумен кірді: { $whom }
act-pair = Алғашқы әкімші: { $whom }
act-admit-group = { $who } топқа рұқсат берді: { $whom }
act-refuse-group = { $who } топқа рұқсат бермеді: { $whom }
act-add = { $who } мақаланы қосты не өзгертті: { $whom }
act-post = { $who } арнасында { $whom } мақаласы жарияланды не өзгертілді
act-remove = { $who } мақаланы жойды: { $whom }
act-undo = { $who } мақаладағы өзгерісті қайтарды: { $whom }
act-follow = { $who } { $whom } арнасын қадағалай бастады
act-unfollow = { $who } { $whom } арнасын қадағалауды қойды
act-key = { $who } { $whom } кілтін жасады
act-revoke = { $who } { $whom } кілтін қайтарып алды
forget-me-confirm = Осында және топтарда не сұрағаныңызды, атыңызды ұмытамын. Рұқсатыңыз сол күйінде қалады. Ұмытайын ба?
forgotten-me = Ұмыттым. Ұмытылған сұрақ саны: { $count }.

# Ақаулар
failure = Бірдеңе дұрыс болмады, мен оны { $reference } кодымен жазып қойдым. Қайталап көріңізші.
set-aside-fatal = { $update } жаңартуы жұмысымды үш рет тоқтатты, сондықтан оны шетке қойдым.
set-aside-unreadable = Telegram жіберген { $update } жаңартуын оқи алмадым, оны шетке қойдым; қалғаны жұмыс істеп тұр.
sent-again = Жетпей қалған болса деп қайта жіберемін:

# Командалар мәзірі
command-ask = сұрақ қою
command-about = мақалаларда не бар
command-list = мақалалар тізімі
command-show = бір мақала
command-status = қанша сөйлем қалай табылады
command-watch = сұрақтың жаңа жауаптарын айту
command-waiting = сізге не айтуым керек
command-settings = қай мақалалар жауап бере алады, қай тілде сөйлеймін
command-help = не істей аламын
command-add = мәтінге жауап ретінде: мақала ету
command-remove = мақаланы жою
command-missed = жақсы жауапсыз қалған сұрақтар
command-people = кім нені сұрай алады
command-invite = рұқсат беретін сілтеме
command-log = әкімшілер не істеді
command-forget_me = не сұрағанымды ұмыту
command-doctor = боттың жайы және топта не істей алатыны
command-web = бетке кіру сілтемесі

# Бот іске қосылар алдында және /doctor бойынша тексерілетіні
check-administrators = { $count } әкімші мақала қоса және жоя алады.
check-nobody = Әзірге әкімші жоқ: derek run әкімші ететін кодты көрсетеді.
check-everyone = Ботты тапқан әркім сұрай және оқи алады: баптауларда access = "open".
check-readers = Әкімшілерден басқа { $count } адам сұрай алады.
check-token = Токен { $bot } ботына тиесілі.
check-commands = Мәзірде { $count } команда бар.
check-commands-none = Мәзірде әзірге команда жоқ; олар әр іске қосқанда орнатылады.
check-groups = Ботты топтарға қосуға болады; онда тек өзіне арналғанын алады: құпиялық режимі қосулы.
check-groups-all = Ботты топтарға қосуға болады; онда барлық хабарламаны алады: құпиялық режимі өшірулі; @BotFather ботындағы /setprivacy қосады.
check-groups-never = Ботты топқа қосуға болмайды; @BotFather ботындағы /setjoingroups рұқсат береді.
check-inline = Енгізу жолындағы сұрақтар @BotFather ботында қосулы.
check-inline-off = Енгізу жолындағы сұрақтар өшірулі; @BotFather ботындағы /setinline қосады.
check-webhook-none = Вебхук орнатылмаған: жаңартулар сұралып алынады.
check-webhook = { $host } мекенжайында вебхук орнатылған, онда { $count } жаңарту күтіп тұр; сұрап алу оны алып тастайды.
check-webhook-fault = Вебхукке соңғы жеткізу сәтсіз болды: { $reason }; прокси мен сертификатты тексеріңіз.
check-disk = Дискіде { NUMBER($size, maximumFractionDigits: 1) } ГБ бос.
check-disk-low = Дискіде тек { NUMBER($size, maximumFractionDigits: 2) } ГБ бос; орын босатыңыз, әйтпесе ештеңе жазылмайды.
check-articles = { $articles } мақала жауап береді: { receipt-sentences }; индекс жаңартылған.
check-articles-none = Мақала жоқ; derek add командасымен қосыңыз.
check-index-behind = Әзірге барлық мақала табылмайды: { $reason }
check-meaning = { $sentences } сөйлемнің { $count } векторы бар.
check-meaning-off = Мағына салыстырылмайды; мұны баптаулардағы [semantic] kind өзгертеді.
check-meaning-fault = Жауап тек сөздер бойынша ізделеді: { $reason }
check-journal = { $updates } жаңарту мен { $count } хабарлама күтіп тұр.
check-set-aside = { $count } жаңарту шетке қойылды ({ $numbers }); себебі журналда.
check-clock = Сағат Telegram сағатымен бірдей.
check-clock-off = Сағат { $count } секундқа алшақ; оны NTP арқылы түзетіңіз, әйтпесе күндер мен шектеулер қате болады.
check-group = { $title }, id { $id }:
check-group-unknown = Бұл топты көре алмаймын: { $reason }; алдымен мені қосыңыз.
check-group-private = Бұл топ емес.
check-group-left = Мен онда жоқпын; алдымен мені қосыңыз.
check-group-writes = Онда жаза аламын.
check-group-mute = Онда жаза алмаймын; маған хабарлама жіберуге рұқсат беріңіз.
check-group-leads = Мен онда әкімшімін, сондықтан барлық хабарламаны аламын.
check-group-reads = Мен онда әкімші емеспін, бірақ барлық хабарламаны аламын: құпиялық режимі өшірулі.
check-group-addressed = Мен онда әкімші емеспін, тек өзіме арналғанын аламын: құпиялық режимі қосулы.
doctor-group = Топ туралы: /doctor артына оның id-ін не @атын жазыңыз немесе сол жақтан жауап беріңіз.

# Боттың профилі
description = Сұрақ қойыңыз, мақалаларда сөзбе-сөз бар сөйлеммен, дереккөзімен жауап аласыз. Ештеңе ойдан шығарылмайды.
short-description = Мақалаларда сөзбе-сөз бар сөйлемдермен, әрқайсысының дереккөзін көрсетіп жауап береді.

# Консоль
console-welcome = { $articles ->
    [one] { $articles } мақала
   *[other] { $articles } мақала
} туралы сұраңыз. Қалғанын /help айтады; /quit не Ctrl-D аяқтайды.
console-help =
    Сұрақ жазыңыз, Дерек мақалалардағы сөйлемдермен, әрқайсысының дереккөзін көрсетіп жауап береді.

    /why 1 – 1-дәйексөз неге таңдалды
    /open 1 – 1-дәйексөздің мақаласы, сөйлем белгіленген
    /more – тағы нәтижелер
    /good, /bad – соңғы жауап жақсы ма, жаман ба; /bad sentence, answer не outdated несі дұрыс емесін айтады
    /search газ – мақалаларда газ туралы не бар
    /list, /show ID – мақалалар және олардың бірі
    /add ФАЙЛ – файл не қалта қосу
    /undo – мақалалардағы соңғы өзгерісті болдырмау
    /history – қойылған сұрақтар
    /save ФАЙЛ – әңгімені файлға жазу
    /settings – қай мақалалар жауап бере алады
    /status – қанша сөйлем қалай табылады
    /help – осы көмек
    /quit – аяқтау
console-undo-many =
    { $count } мақала өзгереді:
    { $names }
    Солай ету үшін /undo ! деп жазыңыз.
console-bad-usage = /bad деп жазыңыз, қаласаңыз себебімен: sentence (басқа сөйлем керек), answer (жауап емес) не outdated (ескірген).
console-add-usage = /add және файлдың не қалтаның атын жазыңыз.
console-save-usage = /save және жаңа файлдың атын жазыңыз.
console-unsaved = Әңгіме { $name } файлына жазылмады: { $reason }.
console-saved = Әңгіме { $name } файлында.
console-unknown = { $command } деген жоқ. Барын /help айтады.
console-ask-first = Алдымен бірдеңе сұраңыз.
console-no-citation = Соңғы жауапта { $number }-дәйексөз жоқ.
why-carried = Сұрақ алдыңғысының жалғасы деп түсінілді, онда мына сөздер де бар деп саналды: { $words }.
why-shared = Сұрақтың сөйлемде бар сөздері: { $words }.
why-lacking = Сөйлемде жоқ сөздері: { $words }.
why-better = Орташа үміткерден артығы: { $reasons }.
why-worse = Кемі: { $reasons }.
reason-words = сөздері
reason-letters = ортақ әріптері
reason-context = көрші сөйлемдер мен мақаласы
reason-together = жалпы ұқсастығы
reason-order = сөздердің реті
reason-kind = ондағы жауаптың түрі
reason-named = атаулар мен сандар
reason-place = орны мен ұзындығы
reason-meaning = мағынасы
reason-language = тілі
why-score = Бұл жауап болуының ықтималдығы – { NUMBER($score, style: "percent", maximumFractionDigits: 1) }; жауап деп саналуы үшін бірінші дәйексөзге { NUMBER($threshold, style: "percent", maximumFractionDigits: 1) } керек.
none = жоқ

# Беттер мен таспалар
no-pages = Беттен жүктелген мақала жоқ.
no-feeds = Бірде-бір таспа бақыланбайды; `derek feed add URL` таспа қосады.
feed-known = { $url } бұрыннан бақыланады.
feed-unknown = { $url } бақыланбайды.
feed-removed = { $url } енді бақыланбайды. Одан алынған мақалалар қалады.
feed-nothing-new = Жаңа ештеңе жоқ.
feed-new = әлі сұралмаған
feed-well = { $count } жазба белгілі, соңғы рет { $day } күні сұралды
feed-trouble = қатарынан { $count } рет сәтсіз: { $reason }
page-address = { $url } – беттің мекенжайы емес. Ол http:// не https:// деп басталады.
page-inside = { $url } мекенжайы жалпыға ашық емес, сондықтан мен оған жүгінбедім. Мені іске қосқан адам оны баптауларда рұқсат ете алады: [fetch] allow.
page-unreachable = { $url } қолжетімсіз ({ $detail }). Мекенжайды тексеріңіз немесе кейінірек көріңіз.
page-status = { $url } сервері { $detail } деп жауап береді. Мекенжайды браузерде тексеріңіз.
page-redirects = { $url } { $detail } реттен артық басқа бетке бағыттайды. Соңғы мекенжайды жіберіңіз.
page-coding = { $url } мен сұрамаған { $detail } түрінде қысылып келеді. Оны файлмен жіберіңіз.
page-size = { $url } тым үлкен, шегі – { $detail }. Бөліктерін файлмен жіберіңіз.
page-slow = { $url } тым баяу, шегі – { $detail }. Кейінірек көріңіз немесе файлмен жіберіңіз.
page-robots = { $url } сервері бағдарламаларға оны жүктемеуді сұрайды (robots.txt). Оны файлмен жіберіңіз.
page-kind = { $url } – { $detail }, мұны оқи алмаймын.

# The page
web-skip = Мәтінге өту
web-parts = Бөлімдер
web-pages = Беттер
web-ask = Сұрау
web-articles = Мақалалар
web-add = Қосу
web-feeds = Арналар
web-feedback = Пікірлер
web-access = Қолжетімділік
web-log = Журнал
web-numbers = Сандар
web-sign-in = Кіру
web-sign-out = Шығу
web-sign-in-first = Алдымен кіріңіз: кіру сілтемесін `derek serve` шығарады, ал әкімші оны боттан /web пәрменімен алады.
web-administrators-only = Мұны тек әкімшілер істей алады.
web-link-spent = Бұл сілтеме енді жарамсыз: әрқайсысымен он минут ішінде бір рет қана кіреді. Жаңасын алыңыз.
web-question-gone = Бұл сұрақ енді сақталмаған; қайта сұраңыз.
web-trouble = Болмады
web-ask-heading = Мақалаларыңыздан сұраңыз
web-question = Сұрақ
web-ask-button = Сұрау
web-limits = Кейбір мақалалар ғана
web-language = Тіл
web-source = Дереккөз
web-collection = Жинақ
web-since = Бастап
web-until = Дейін
web-answer = Жауап
web-original = түпнұсқа
web-context = Мәтіндегі орны
web-why = Неліктен бұл
web-was-it-good = Бұл жақсы жауап па?
web-good = Иә
web-bad = Жоқ
web-follow-up = Әрі қарай сұраңыз
web-holding = { $articles } мақала, { $sentences } сөйлем.
web-changed = Мақала бұл дәйексөзден кейін өзгерді; ол енді мұнда жоқ.
web-table = Кесте
web-copies = Соны айтатын басқа мақалалар
web-remove = Себетке салу
web-titled = Атауының, дереккөзінің не файлының бөлігі
web-find = Табу
web-count =
    { $count ->
        [0] Мақала жоқ.
       *[other] { $count } мақала.
    }
web-title = Атауы
web-day = Күні
web-sentences = Сөйлемдер
web-newer = Жаңарақ
web-older = Ескірек
web-add-heading = Мақала қосу
web-files = Файлдар
web-choose-files = Файлдарды таңдаңыз не осында сүйреңіз
web-no-files = Файл таңдалмады, сондықтан ештеңе қосылмады.
web-into-collection = Жинаққа (бос қалдыруға болады)
web-add-button = Қосу
web-working = Қосып жатырмын…
web-link = Сілтеме
web-address = Беттің мекенжайы
web-text = Мәтін
web-became = Не болды
web-read = оқу
web-feed-address = Арнаның мекенжайы
web-no-address = Бұл арнаның мекенжайы емес; ол http:// не https:// деп басталады.
web-follow = Қадағалау
web-unfollow = Қадағаламау
web-missed = Жақсы жауабы жоқ сұрақтар
web-judged = Бағаланған жауаптар
web-votes = жақсы: { $good }, нашар: { $bad }
web-nothing = Әзірге ештеңе жоқ.
web-keys = Бағдарлама кілттері
web-key-made = Кілт осы; ол тек қазір көрсетіледі:
web-key-name = Аты
web-key-make = Кілт жасау
web-role = Рөлі
web-made = Жасалған
web-used = Қолданылған
web-state = Күйі
web-revoke = Қайтарып алу
web-revoked = қайтарып алынған
web-people = Telegram-дағы адамдар
web-groups = Telegram-дағы топтар
web-asked = Күніне сұрақ саны
web-answered-share = Жауап берілгені, пайыз
web-took = Жауап табу уақыты, миллисекунд (медиана)
web-as-table = Кесте түрінде
web-command = Осы сілтемемен бетке он минут ішінде бір рет кіресіз:
web-not-served = Бет жоқ: ол үшін баптауларда [web] listen және url керек.
web-serving = Бет мына жерде: { $url }. Осы сілтемемен он минут ішінде бір рет кіресіз: { $link }
web-is-open = Осы мекенжайға жететін кез келген адам оқи және сұрай алады: бет ашық.
no-keys = Кілттер жоқ.
key-revoked = { $name } кілті енді ештеңе ашпайды.
web-receipts-gone = Бұдан не болғаны енді сақталмаған; не істелгенін журнал айтады.
