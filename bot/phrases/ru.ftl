# Ответы
not-found = В статьях нет ответа на этот вопрос.
perhaps = Возможно, но я не уверен, что это ответ:
nearest = Самые близкие фрагменты, которые могут и не отвечать на него:
nearest-speaking = В статьях есть слова { $words }, но ответа на этот вопрос я не нашёл. Ближайшие отрывки:
on-topic = Вот что есть в статьях по запросу «{ $topic }»:
no-articles = Статей пока нет, так что отвечать не из чего.
read-as = Прочитано как: { $reading }
read-with = Понято как продолжение, вместе со словами: { $words }
only-articles = Только статьи, датированные { $period }
looked-only = Поиск шёл только по статьям, датированным { $period }
looked-undated = { $count ->
    [one] Не учтена { $count } статья без даты.
    [few] Не учтены { $count } статьи без даты.
   *[other] Не учтено { $count } статей без даты.
}
limited = В этом чате отвечают не все статьи ({ $limits }). Изменить это можно командой /settings.
limited-fenced = В этом чате отвечают не все статьи ({ $limits }).
period-since = с { DATETIME($since, dateStyle: "long") }
period-until = не позднее { DATETIME($until, dateStyle: "long") }
period-between = с { DATETIME($since, dateStyle: "long") } по { DATETIME($until, dateStyle: "long") }
period-day = { DATETIME($since, dateStyle: "long") }
no-more = Больше об этом в статьях ничего нет.
untitled = Статья без заголовка
also-in = также в { $count ->
    [one] { $count } другой статье
    [few] { $count } других статьях
    [many] { $count } других статьях
   *[other] { $count } других статьях
}
date = { DATETIME($day, dateStyle: "long") }
question-empty = Напишите, пожалуйста, вопрос словами.
questions-left = Отвечаю на { $limit } вопросов из одного сообщения. Ещё не отвечено: { $count }, начиная с «{ $question }»
question-too-long = Вопрос слишком длинный: { $length ->
    [one] { $length } знак
    [few] { $length } знака
   *[many] { $length } знаков
}. Допускается не больше { $limit }.

# Кнопки
button-context = Больше контекста
button-more = Ещё результаты
button-back = ← Назад
button-why = Почему?
button-undo = Отменить
button-adopt = Добавить как статью
button-remove = Удалить
button-keep = Оставить
button-next = Более ранние статьи
button-newer = Более новые статьи
button-read-on = Дальше →
button-clear = Снова все статьи
button-speak-any = 🗣 Как пишет каждый
button-older = Вопросы раньше
button-allow = Допустить
button-refuse = Отказать
button-block = Заблокировать
button-leave = Покинуть
button-promote = Назначить админом
button-demote = Снять с админов
button-dismiss = Закрыть доступ
button-further = Дальше
button-people = Люди
button-groups = Группы
button-invitations = Приглашения
button-withdraw = Отозвать
button-forget = Забыть меня
button-wait = 🔔 Сообщите, как узнаете

# Приветствия и справка
greeting = Здравствуйте! Спросите меня о том, на что могут ответить ваши статьи.
thanks = Пожалуйста. Спрашивайте ещё!
farewell = До свидания! Возвращайтесь с вопросами.
more = Сначала задайте вопрос: тогда будут и другие результаты.
assent = Я только отвечаю на вопросы. Что вы хотите узнать?
identity = { start }
start =
    Я Дерек. Задайте вопрос, и я отвечу предложением, дословно взятым из статьи, и покажу, откуда оно. Я ничего не выдумываю: если ответа в статьях нет, так и скажу.

    Просто напишите вопрос по-русски, по-казахски или по-английски. Остальное расскажет /help.
help =
    Напишите вопрос, и я отвечу предложениями из статей, каждое с источником.

    /ask вопрос – спросить, в том числе в группах
    /about – что есть в статьях
    /status – сколько предложений находится и как
    /list – список статей
    /show id – одна статья
    /watch вопрос – сообщу о каждой новой статье, которая на него отвечает
    /waiting – о чём я должен сообщить вам здесь
    /settings – какие статьи могут отвечать в этом чате и на каком языке я говорю
    /forget_me – я забуду, что вы спрашивали
help-group = В группе напишите /ask@{ $bot } и вопрос, упомяните меня или ответьте на моё сообщение.
help-administrator =
    Вы можете добавлять статьи: пришлите документ .txt или .md, перешлите сообщение или ответьте на текст командой /add. Кнопка под сообщением о добавлении отменяет это добавление; /remove id удаляет статью.
    /people показывает, кто может меня спрашивать, и позволяет это изменить, /invite даёт приглашение, /log рассказывает, что делали администраторы. /missed показывает вопросы без хорошего ответа. /doctor говорит, как у меня дела, а /web даёт войти на страницу.
cannot-read = Такие сообщения я читать не умею. Напишите вопрос словами, и я поищу ответ в статьях.

# Добавление
receipt-sentences = { $count ->
    [one] { $count } предложение
    [few] { $count } предложения
   *[many] { $count } предложений
}
receipt-added = Добавлено: «{ $name }» ({ $sentences }, id { $id }). Можно спрашивать.
receipt-updated = Обновлено: «{ $name }» ({ $sentences }, id { $id }).
receipt-moved = Перемещено: «{ $name }» теперь читается из { $path } (id { $id }).
receipt-unchanged = Без изменений: «{ $name }».
receipt-twin = Тот же текст прочитан из { $file }.
receipt-former = Заменяет «{ $name }».
receipt-encoding = Прочитано как { $encoding }.
receipt-faults = { $count ->
    [one] { $count } место прочесть не удалось: вместо него стоит �.
    [few] { $count } места прочесть не удалось: вместо них стоит �.
   *[many] { $count } мест прочесть не удалось: вместо них стоит �.
}
receipt-duplicate = Ничего не изменилось: «{ $name }» уже есть среди статей (id { $id }).
samples-gone = { $count ->
    [one] Пример ({ $count } статья) уступил место; отмена вернёт его.
    [few] Примеры ({ $count } статьи) уступили место; отмена вернёт их.
   *[other] Примеры ({ $count } статей) уступили место; отмена вернёт их.
}
total = Всего: { $parts }.
total-added = добавлено { $count }
total-updated = обновлено { $count }
total-moved = перемещено { $count }
total-unchanged = без изменений { $count }
total-duplicate = уже были { $count }
total-failed = не добавлено { $count }
total-removed = удалено { $count }
total-restored = возвращено { $count }
total-kept = оставлено как есть { $count }
receipt-failed = Не добавлено: { $reason }
deed-undo-removed = Добавление отменено: «{ $name }» больше нет среди статей.
deed-undo-restored = Изменение отменено: «{ $name }» снова как прежде.
deed-undo-kept = Оставлено как есть: «{ $name }» с тех пор изменили или удалили.
nothing-undo = Отменять нечего.
confirm-undo = Будет отменено последнее изменение, статей: { $count }:
deed-redo-removed = Сделано снова: «{ $name }» больше нет среди статей.
deed-redo-restored = Сделано снова: «{ $name }» есть среди статей.
deed-redo-kept = Оставлено как есть: «{ $name }» с тех пор изменили или удалили.
nothing-redo = Повторять нечего.
confirm-redo = Будет снова изменено, статей: { $count }:
deed-prune-removed = Удалено: «{ $name }».
sync-confirm = Файлов больше нет там у статей: { $count } из { $articles }. Удалить эти статьи? Вернуть их можно в течение тридцати дней.
sync-nothing = Файлов .txt и .md там нет, и ни одна статья не оттуда.
confirm = Продолжить?
dry-run = ничего не изменено; вот что было бы сделано
trash-line = «{ $name }» (id { $id }), удалено { $day }
expire-nothing = Нет статей старше срока, который задан в настройках.
trash-empty = За последние тридцать дней ничего не удаляли.
trash-how = `derek restore ID` возвращает статью, `derek purge` опустошает корзину.
brought-back = Возвращено: «{ $name }» (id { $id }).
purge-confirm = Удалённое исчезнет навсегда, статей: { $count }; отменить изменения будет нельзя. Продолжить?
purged = Удалено навсегда, статей: { $count }.
asked-at = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
asked-in-vain = Ответа не было.
asked-nothing = Пока ничего не спрашивали.
forget-confirm = Вопросы, заданные в консоли, исчезнут навсегда. Продолжить?
forgotten = { $count ->
    [one] Забыт { $count } вопрос.
    [few] Забыто { $count } вопроса.
   *[other] Забыто { $count } вопросов.
}
exported = Статей в { $path }: { $count }.
exported-anew = Из них записано заново в Markdown: { $count }, потому что исходный текст не сохранён или изменён.
backup-made = Сохранено в { $path } ({ NUMBER($size, maximumFractionDigits: 1) } МБ): { $parts }.
backup-articles = { $count ->
    [one] { $count } статья
    [few] { $count } статьи
   *[other] { $count } статей
}
backup-questions = { $count ->
    [one] { $count } заданный вопрос
    [few] { $count } заданных вопроса
   *[other] { $count } заданных вопросов
}
backup-vectors = { $count ->
    [one] { $count } вектор
    [few] { $count } вектора
   *[other] { $count } векторов
}
restore-confirm = Поставить копию от { DATETIME($day, dateStyle: "long") } ({ $parts }) на место { $path }, где есть статьи? Та папка сохранится под другим именем.
restored = Восстановлено из копии от { DATETIME($day, dateStyle: "long") }: { $parts }.
restored-aside = То, что было раньше, теперь в { $path }.
remove-short = «{ $id }» слишком коротко, чтобы удалять; напишите не меньше { $least } знаков id
add-usage = Ответьте командой /add на текст или документ, который должен стать статьёй.
add-empty = В этом сообщении нет текста.
add-own = Это написал я сам. Ответьте командой /add на чужой текст.
empty-article = В { $name } нет текста.
unreadable-kind = { $name } прочесть нельзя: сохраните его как { $detail }.
unreadable-address = { $name } – не адрес страницы: он начинается с http:// или https://.
unreadable-size = { $name } больше { $detail }: разделите его на статьи.
unreadable-not-text = { $name } – не текст: сохраните его как текст в UTF-8.
unreadable-system = { $name }: { $detail }.
unreadable-undecided = В какой кодировке { $name }, понять нельзя; возможно: { $detail }. Сохраните его как текст в UTF-8.
unreadable-encoding = Кодировки { $detail }, в которой надо было прочесть { $name }, не существует.
unreadable-unfit = { $name } – не в кодировке { $detail }. Сохраните его как текст в UTF-8.
unreadable-collection = { $name } называет коллекцию { $detail }, а так её назвать нельзя: только буквы, цифры, - и _, не больше 40.
unreadable-locked = { $name } защищён паролем: сохраните его без пароля.
unreadable-scanned = Страницы { $name } – картинки без текста: сначала распознайте текст (OCR).
unreadable-garbled = Текст в { $name } не читается, хотя страницы его показывают: распознайте его (OCR) или сохраните файл из программы, в которой он создан.
unreadable-damaged = { $name } повреждён ({ $detail }): откройте его в программе, в которой он создан, и сохраните заново.
unreadable-excess = { $name } слишком велик, больше чем { $detail }: разделите его на несколько файлов.
unreadable-slow = Чтение { $name } занимает больше { $detail }: разделите его на несколько файлов.
unreadable-fatal = { $name } нарушил работу программы чтения: возможно, он повреждён или создан со злым умыслом.

# Статьи
about =
    { $articles ->
        [one] { $articles } статья
        [few] { $articles } статьи
       *[many] { $articles } статей
    }, { receipt-sentences }, из них отвечать могут { $answerable }.
about-dates = Даты: с { DATETIME($first, dateStyle: "long") } по { DATETIME($last, dateStyle: "long") }
about-sources = Источники: { $sources }.
about-collections = Коллекции: { $collections }.
in-collection = коллекция { $name }
in-collections = коллекции: { $names }
about-languages = Языки: { $languages }.
no-language = язык не распознан
status-words = Находятся по словам: { receipt-sentences }.
status-meaning = По смыслу: { $embedded } из { $sentences } ({ NUMBER($share, style: "percent", maximumFractionDigits: 1) }).
status-waiting = Пока не готовы девять десятых, ответы ищутся только по словам.
status-off = Смысл не сравнивается: ответы ищутся только по словам.
status-trouble = Сравнить смысл сейчас нельзя: ответы ищутся только по словам.
status-calibrated = Ответу нужно { NUMBER($least, style: "percent", maximumFractionDigits: 1) }: так откалибровано { DATETIME($day, dateStyle: "long") } по { $count ->
    [one] { $count } оценённому ответу
   *[other] { $count } оценённым ответам
}.
show-usage = Напишите /show и id или начало названия; их показывает /list.
remove-usage = Напишите /remove и id статьи; id показывает /list.
remove-confirm = Удалить «{ $name }» из статей? Вернуть её можно в течение тридцати дней.
removed = Удалено: «{ $name }».
removed-how = `derek undo` вернёт.
kept = Оставлено.
unknown-article = Нет статьи с id { $id } или с названием, которое так начинается. Что есть, показывает /list.
ambiguous-article = С { $id } начинается несколько статей: { $matches }. Напишите больше от id или названия.
passage-former = Так было до { DATETIME($day, dateStyle: "long") }; с тех пор статью изменили.
changed-article = Статью с тех пор изменили. Спросите, пожалуйста, ещё раз.
forgotten-question = Этого вопроса я уже не помню. Задайте его, пожалуйста, ещё раз.

# Чего люди ждут
waiting-kept = Сообщу здесь, как только какая-нибудь статья на это ответит. /waiting покажет, о чём я должен вам сообщить.
watch-kept = Буду сообщать здесь о каждой новой статье, которая на это отвечает. /waiting покажет, о чём я должен вам сообщить.
watch-usage = Напишите /watch и вопрос, и я буду сообщать о каждой новой статье, которая на него отвечает.
waiting-full = Я храню для вас не больше { $limit ->
    [one] { $limit } вопроса
   *[other] { $limit } вопросов
}. /waiting позволяет отменить лишние.
waiting-count = Здесь я должен сообщить вам ответ на { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
   *[many] { $count } вопросов
}; всего храню для вас не больше { $limit }. ✕ отменяет.
waiting-nothing = Здесь вы ничего не ждёте. Нажмите 🔔 под ненайденным ответом или напишите /watch и вопрос.
waiting-once = пока не найдётся ответ
waiting-standing = каждая новая статья
waiting-gone = Этот вопрос больше не хранится, или он не ваш.
waiting-unnamed = Вы пишете от имени группы, и я не знаю, кому сообщить. Напишите, пожалуйста, от своего имени.
told-waited = Вы просили сообщить: «{ $question }»
told-watched = Есть новое по вопросу, за которым вы следите: «{ $question }»

# Настройки чата
settings = Какие статьи могут отвечать в этом чате
settings-dates = Даты: { $period }
settings-usage =
    /settings since 2022 – начиная с 2022 года
    /settings until 2024-05 – по конец мая 2024 года
    /settings lang ru kk – на этих языках
    /settings in ИМЯ – из этой коллекции; несколько через пробел
    /settings source НАЗВАНИЕ – из этого источника; несколько через запятую
    /settings since any – снова с любой даты; так же с until, lang, in и source
    /settings clear – снова все статьи
settings-speak = /settings speak ru – я говорю здесь по-русски; speak any – на том языке, на котором пишет каждый
settings-refused = Менять, какие статьи отвечают в этой группе, могут только её администраторы.
setting-word = Настройки «{ $said }» нет. Напишите since, until, lang, in, source или clear; примеры показывает /settings.
setting-missing = После «{ $said }» ничего нет. Напишите, какие статьи могут отвечать, или any; примеры показывает /settings.
setting-day = «{ $said }» – не дата. Напишите год, месяц или день: 2022, 2022-05 или 2022-05-31.
setting-order = Тогда между since и until нет ни одного дня, и отвечать было бы нечему. Укажите обе даты, сначала более раннюю: /settings since 2022 until 2024
setting-language = На языке «{ $said }» статей нет. Напишите коды языков: { $choices }.
setting-source = Из источника «{ $said }» статей нет. Источники: { $choices }.
setting-collection = В коллекции «{ $said }» статей нет. Коллекции: { $choices }.
setting-ambiguous = «{ $said }» подходит к нескольким источникам: { $choices }. Напишите один из них полностью.
setting-speech = На языке «{ $said }» я не говорю. Напишите { $choices } или any.
any = любые

# Оценки ответов
judged = Записано, спасибо!
judged-bad = Записано. Что не так?
judged-nothing = Оценивать нечего: ни одно предложение не показано.
fault-sentence = Не то предложение
fault-answer = Это не ответ
fault-outdated = Устарело
missed-times = { $count ->
    [one] спрашивали { $count } раз
    [few] спрашивали { $count } раза
   *[other] спрашивали { $count } раз
}
missed-nothing = Без хорошего ответа не остался ни один вопрос.
feedback-nothing = Ответы ещё никто не оценивал: в Telegram для этого есть 👍 и 👎, в консоли /good и /bad.
feedback-exported = { $count ->
    [one] { $count } вопрос записан в { $path }.
    [few] { $count } вопроса записано в { $path }.
   *[other] { $count } вопросов записано в { $path }.
}
calibrate-few = { $count ->
    [one] Есть { $count } оценённый ответ, который
    [few] Есть { $count } оценённых ответа, которые
   *[other] Есть { $count } оценённых ответов, которые
} и сегодня были бы первыми; нужно { $needed }. В Telegram оценивают 👍 и 👎, в консоли /good и /bad.
calibrate-kept = Менять нечего: порог { NUMBER($least, style: "percent", maximumFractionDigits: 1) } для оценённых ответов ({ $count }) не хуже любого другого.
calibrate-lower = С порогом { NUMBER($least, style: "percent", maximumFractionDigits: 1) } вместо { NUMBER($former, style: "percent", maximumFractionDigits: 1) } ответ получит ещё { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
   *[other] { $count } вопросов
}; верными признаны: { $right }.
calibrate-higher = С порогом { NUMBER($least, style: "percent", maximumFractionDigits: 1) } вместо { NUMBER($former, style: "percent", maximumFractionDigits: 1) } без ответа останется ещё { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
   *[other] { $count } вопросов
}; неверными признаны: { $wrong }.
calibrate-checked = Среди вопросов, по которым порог не подбирали, лучше решено { $better }, хуже { $worse }.
calibrate-done = Теперь ответу нужно { NUMBER($least, style: "percent", maximumFractionDigits: 1) }; работающего бота надо перезапустить. `derek calibrate --undo` вернёт как было.
calibrate-named = в настройках указан min_confidence, и он важнее; уберите его, чтобы действовало откалиброванное
calibrate-undone = Возвращено: порог снова такой, как по умолчанию.
calibrate-none = Ничего не калибровали, возвращать нечего.

# Доступ
readers-only = Я отвечаю только тем, кого допустили мои администраторы.
administrators-only = Это могут делать только администраторы. Ваш id (сообщите его им): { $user }
administrators-only-here = Это могут делать только мои администраторы.
private-only = Напишите это мне, пожалуйста, в личном чате.
too-many = Слишком много сразу. Дайте мне, пожалуйста, минуту!
open-bot = Открыть бота
typing-in-vain = В статьях не найдено; открыть бота
private-asked = Это закрытый бот. Я спросил администратора, можно ли вам отвечать, и передам вам, что он решит.
private-full = Это закрытый бот, и сейчас ждут слишком многие. Напишите, пожалуйста, через несколько дней.
private-unowned = Это закрытый бот, и администратора у него пока нет. Он ваш? Тогда пришлите мне /pair и код, который стоит там, где вы его запустили.
request = { $name } хочет задавать мне вопросы (id { $id }).
request-group = { $name }: меня добавили в группу «{ $title }». Можно ли всем там спрашивать?
request-channel = { $name }: меня добавили в канал «{ $title }». Можно ли делать из его публикаций статьи?
somebody = Кто-то
let-in = Администратор вас допустил. Просто напишите вопрос!
not-let-in = Администратор вас не допустил. Мне жаль.
group-private = Я закрытый бот и спросил своего администратора, можно ли этой группе задавать вопросы. До тех пор я молчу.
group-allowed = Теперь в этой группе все могут спрашивать меня. Напишите /ask@{ $bot } и вопрос, упомяните меня или ответьте на моё сообщение.
person-now = { $name }: { $role }.
group-now = «{ $title }»: { $state }.
role-owner = бессменный администратор
role-administrator = администратор
role-reader = может спрашивать
role-asked = просит доступа
role-refused = не может спрашивать
role-blocked = заблокирован
state-allowed = спрашивать там могут все
state-asked = ещё не решено
state-refused = спрашивать там не может никто
paired = Вы мой администратор. /invite приглашает других, остальное расскажет /help.
pair-wrong = Сейчас действует другой код. Посмотрите ещё раз там, где вы меня запустили.
invite-usage =
    /invite – ссылка, по которой войдёт один человек
    /invite 5 – по которой войдут пятеро; не больше { $limit }
    /invite administrator – которая делает администратором
invited = { $link }
    Кем станет тот, кто откроет ссылку: { $role }. Она действует до { DATETIME($day, dateStyle: "long") }, для { $count ->
        [one] { $count } человека
       *[many] { $count } человек
    }. Отозвать её можно в /people.
invitation-taken = Добро пожаловать!
invitation-void = Это приглашение больше не действует. Попросите, пожалуйста, новое.
people-open = Спрашивать меня могут все: так сказано в настройках.
people-nobody = Пока никого не допустили.
people-usage =
    /people id – один человек или одна группа
    /people id in hr it – отвечать им только из этих коллекций
    /people id in any – снова из всех
    /invite – ссылка, по которой можно войти
people-unknown = Я не знаю ни человека, ни группы с id { $id }.
people-fixed = Так сказано в настройках, и меняется это только в них.
people-collection = Коллекцию нельзя назвать «{ $name }»: только буквы, цифры, - и _, не больше 40.
last-administrator = Это мой единственный администратор. Сначала назначьте другого.
groups-none = Я не состою ни в одной группе.
invitations-none = Сейчас нет действующих приглашений. Новое даёт /invite.
invitation-line = { $number }. { $role }, от { $by }, до { DATETIME($day, dateStyle: "long") }, для { $count ->
    [one] { $count } человека
   *[many] { $count } человек
}
log-nothing = Пока ничего не сделано.
act-admit = { $who } допускает: { $whom }
act-refuse = { $who } не допускает: { $whom }
act-block = { $who } блокирует: { $whom }
act-dismiss = { $who } закрывает доступ: { $whom }
act-promote = { $who } назначает администратором: { $whom }
act-demote = { $who } снимает с администраторов: { $whom }
act-limit = { $who } меняет коллекции: { $whom }
act-invite = { $who } даёт приглашение { $whom }
act-withdraw = { $who } отзывает приглашение { $whom }
act-join = { $who } входит по приглашению { $whom }
act-pair = Первый администратор: { $whom }
act-admit-group = { $who } допускает группу { $whom }
act-refuse-group = { $who } закрывает доступ группе { $whom }
act-add = { $who } добавляет или меняет статью { $whom }
act-post = В канале { $who } опубликована или изменена статья { $whom }
act-remove = { $who } удаляет статью { $whom }
act-undo = { $who } отменяет изменение статьи { $whom }
act-follow = { $who }: начал следить за лентой { $whom }
act-unfollow = { $who }: больше не следит за лентой { $whom }
act-key = { $who }: создал ключ { $whom }
act-revoke = { $who }: отозвал ключ { $whom }
forget-me-confirm = Я забуду, что вы спрашивали, здесь и в группах, и как вас зовут. Ваш доступ останется прежним. Забыть?
forgotten-me = { $count ->
    [one] Забыто, и { $count } вопрос тоже.
    [few] Забыто, и { $count } вопроса тоже.
   *[many] Забыто, и { $count } вопросов тоже.
}

# Сбои
failure = Что-то пошло не так, я записал это под кодом { $reference }. Попробуйте, пожалуйста, ещё раз.
set-aside-fatal = Обновление { $update } трижды прервало мою работу, поэтому я отложил его.
set-aside-unreadable = Не смог прочитать обновление { $update } от Telegram и отложил его; всё остальное работает.
sent-again = Отправляю ещё раз на случай, если не дошло:

# Меню команд
command-ask = задать вопрос
command-about = что есть в статьях
command-list = список статей
command-show = одна статья
command-status = сколько предложений находится и как
command-watch = сообщать о новых ответах на вопрос
command-waiting = о чём я должен вам сообщить
command-settings = какие статьи могут отвечать, на каком языке я говорю
command-help = что я умею
command-add = ответом на текст: сделать его статьёй
command-remove = удалить статью
command-missed = вопросы без хорошего ответа
command-people = кто и из чего может спрашивать
command-invite = ссылка, по которой можно войти
command-log = что делали администраторы
command-forget_me = забыть, что я спрашивал
command-doctor = всё ли в порядке с ботом и что он может в группе
command-web = ссылка для входа на страницу

# Что проверяется перед запуском бота и по /doctor
check-administrators = { $count ->
    [one] { $count } администратор может добавлять и удалять статьи.
    [few] { $count } администратора могут добавлять и удалять статьи.
   *[other] { $count } администраторов могут добавлять и удалять статьи.
}
check-nobody = Администраторов пока нет: derek run показывает код, который делает администратором.
check-everyone = Спрашивать и читать может каждый, кто найдёт бота: в настройках access = "open".
check-readers = { $count ->
    [one] Кроме администраторов, спрашивать может { $count } человек.
    [few] Кроме администраторов, спрашивать могут { $count } человека.
   *[other] Кроме администраторов, спрашивать могут { $count } человек.
}
check-token = Токен принадлежит { $bot }.
check-commands = { $count ->
    [one] В меню { $count } команда.
    [few] В меню { $count } команды.
   *[other] В меню { $count } команд.
}
check-commands-none = В меню пока нет команд; они задаются при каждом запуске.
check-groups = Бота можно добавлять в группы; он получает там только обращённое к нему: режим приватности включён.
check-groups-all = Бота можно добавлять в группы; он получает там все сообщения: режим приватности выключен; /setprivacy у @BotFather его включит.
check-groups-never = Бота нельзя добавить в группы; разрешить это можно через /setjoingroups у @BotFather.
check-inline = Вопросы в строке ввода включены у @BotFather.
check-inline-off = Вопросы в строке ввода выключены; /setinline у @BotFather их включит.
check-webhook-none = Вебхук не задан: обновления запрашиваются.
check-webhook = { $count ->
    [one] Задан вебхук на { $host }, там ждёт { $count } обновление; опрос его снимает.
    [few] Задан вебхук на { $host }, там ждут { $count } обновления; опрос его снимает.
   *[other] Задан вебхук на { $host }, там ждут { $count } обновлений; опрос его снимает.
}
check-webhook-fault = Последняя доставка на вебхук не удалась: { $reason }; проверьте прокси и сертификат.
check-disk = На диске свободно { NUMBER($size, maximumFractionDigits: 1) } ГБ.
check-disk-low = На диске свободно только { NUMBER($size, maximumFractionDigits: 2) } ГБ; освободите место, иначе ничего нельзя будет записать.
check-articles = { $articles ->
    [one] Отвечает { $articles } статья: { receipt-sentences }; индекс обновлён.
    [few] Отвечают { $articles } статьи: { receipt-sentences }; индекс обновлён.
   *[other] Отвечают { $articles } статей: { receipt-sentences }; индекс обновлён.
}
check-articles-none = Статей нет; добавьте их командой derek add.
check-index-behind = Пока находятся не все статьи: { $reason }
check-meaning = Векторы есть у { $count } из { $sentences } предложений.
check-meaning-off = Смысл не сравнивается; это меняет [semantic] kind в настройках.
check-meaning-fault = Ответы ищутся только по словам: { $reason }
check-journal = Ждут: { $updates ->
    [one] { $updates } обновление
    [few] { $updates } обновления
   *[other] { $updates } обновлений
} и { $count ->
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[other] { $count } сообщений
}.
check-set-aside = { $count ->
    [one] Отложено { $count } обновление ({ $numbers }); причина в журнале.
    [few] Отложено { $count } обновления ({ $numbers }); причина в журнале.
   *[other] Отложено { $count } обновлений ({ $numbers }); причина в журнале.
}
check-clock = Часы идут так же, как у Telegram.
check-clock-off = { $count ->
    [one] Часы расходятся на { $count } секунду; настройте их по NTP, иначе собьются даты и ограничения.
    [few] Часы расходятся на { $count } секунды; настройте их по NTP, иначе собьются даты и ограничения.
   *[other] Часы расходятся на { $count } секунд; настройте их по NTP, иначе собьются даты и ограничения.
}
check-group = { $title }, id { $id }:
check-group-unknown = Я не вижу эту группу: { $reason }; сначала добавьте меня в неё.
check-group-private = Это не группа.
check-group-left = Меня в ней нет; сначала добавьте меня.
check-group-writes = Я могу там писать.
check-group-mute = Мне нельзя там писать; разрешите мне отправлять сообщения.
check-group-leads = Я там администратор, поэтому получаю все сообщения.
check-group-reads = Я там не администратор, но получаю все сообщения: режим приватности выключен.
check-group-addressed = Я там не администратор и получаю только обращённое ко мне: режим приватности включён.
doctor-group = О группе: напишите после /doctor её id или @имя либо ответьте оттуда.

# Профиль бота
description = Задайте вопрос и получите в ответ предложение, дословно взятое из статей, с источником. Ничего не выдумано.
short-description = Отвечает предложениями, дословно взятыми из статей, каждое с источником.

# Консоль
console-welcome = Спрашивайте: { $articles ->
    [one] есть { $articles } статья
    [few] есть { $articles } статьи
   *[many] есть { $articles } статей
}. Остальное расскажет /help; /quit или Ctrl-D завершает.
console-help =
    Напишите вопрос, и Дерек ответит предложениями из статей, каждое с источником.

    /why 1 – почему выбрана цитата 1
    /open 1 – статья цитаты 1, предложение в ней отмечено
    /more – ещё результаты
    /good, /bad – хорош ли последний ответ; /bad sentence, answer или outdated говорит, что не так
    /search газ – что есть в статьях о газе
    /list, /show ID – статьи, и одна из них
    /add ФАЙЛ – добавить файл или папку
    /undo – отменить последнее изменение статей
    /history – заданные вопросы
    /save ФАЙЛ – записать разговор в файл
    /settings – какие статьи могут отвечать
    /status – сколько предложений находится и как
    /help – эта справка
    /quit – конец
console-undo-many =
    Изменится { $count } статей:
    { $names }
    Чтобы сделать это, напишите /undo !
console-bad-usage = Напишите просто /bad или с причиной: sentence (не то предложение), answer (это не ответ) или outdated (устарело).
console-add-usage = Напишите /add и имя файла или папки.
console-save-usage = Напишите /save и имя нового файла.
console-unsaved = Разговор не записан в { $name }: { $reason }.
console-saved = Разговор записан в { $name }.
console-unknown = Команды { $command } нет. Какие есть, скажет /help.
console-ask-first = Сначала спросите о чём-нибудь.
console-no-citation = В последнем ответе нет цитаты { $number }.
why-carried = Вопрос понят как продолжение прежнего, как если бы в нём стояло и это: { $words }.
why-shared = Слова вопроса, которые есть в предложении: { $words }.
why-lacking = Слова, которых в нём нет: { $words }.
why-better = Лучше среднего кандидата: { $reasons }.
why-worse = Хуже: { $reasons }.
reason-words = слова
reason-letters = общие буквы
reason-context = соседние предложения и статья
reason-together = сходство в целом
reason-order = порядок слов
reason-kind = какого рода ответ в нём есть
reason-named = имена и числа
reason-place = место и длина
reason-meaning = смысл
reason-language = язык
why-score = Вероятность того, что это ответ, — { NUMBER($score, style: "percent", maximumFractionDigits: 1) }; чтобы считаться ответом, первой цитате нужно { NUMBER($threshold, style: "percent", maximumFractionDigits: 1) }.
none = нет

# Страницы и ленты
no-pages = Ни одна статья не загружена со страницы.
no-feeds = Ни за одной лентой мы не следим; `derek feed add URL` добавляет ленту.
feed-known = За { $url } уже следим.
feed-unknown = За { $url } мы не следим.
feed-removed = За { $url } больше не следим. Её статьи остаются.
feed-nothing-new = Нового нет.
feed-new = ещё не запрашивалась
feed-well = { $count ->
    [one] известна { $count } запись
    [few] известны { $count } записи
    [many] известно { $count } записей
   *[other] известно { $count } записи
}, последний запрос – { $day }
feed-trouble = { $count ->
    [one] { $count } неудача подряд
    [few] { $count } неудачи подряд
    [many] { $count } неудач подряд
   *[other] { $count } неудачи подряд
}: { $reason }
page-address = { $url } – не адрес страницы. Он начинается с http:// или https://.
page-inside = Адрес { $url } не общедоступный, и я к нему не обращался. Тот, кто меня запустил, может разрешить его в настройках: [fetch] allow.
page-unreachable = { $url } недоступен ({ $detail }). Проверьте адрес или попробуйте позже.
page-status = Сервер { $url } отвечает { $detail }. Проверьте адрес в браузере.
page-redirects = { $url } перенаправляет больше { $detail } раз. Пришлите последний адрес.
page-coding = { $url } приходит в сжатии { $detail }, о котором я не просил. Пришлите файлом.
page-size = { $url } больше { $detail }. Пришлите по частям файлами.
page-slow = { $url } загружается дольше { $detail }. Попробуйте позже или пришлите файлом.
page-robots = Сервер { $url } просит программы не загружать эту страницу (robots.txt). Пришлите её файлом.
page-kind = { $url } – это { $detail }, такое я не читаю.

# The page
web-skip = К тексту
web-parts = Разделы
web-pages = Страницы
web-ask = Спросить
web-articles = Статьи
web-add = Добавить
web-feeds = Ленты
web-feedback = Отзывы
web-access = Доступ
web-log = Журнал
web-numbers = Числа
web-sign-in = Войти
web-sign-out = Выйти
web-sign-in-first = Сначала войдите: ссылку для входа печатает `derek serve`, а администратор получает её от бота по команде /web.
web-administrators-only = Это могут только администраторы.
web-link-spent = Эта ссылка больше не действует: по каждой входят один раз и в течение десяти минут. Получите новую.
web-question-gone = Этот вопрос больше не хранится; задайте его снова.
web-trouble = Не получилось
web-ask-heading = Спросите свои статьи
web-question = Вопрос
web-ask-button = Спросить
web-limits = Только некоторые статьи
web-language = Язык
web-source = Источник
web-collection = Коллекция
web-since = Не раньше
web-until = Не позже
web-answer = Ответ
web-original = оригинал
web-context = В тексте
web-why = Почему это
web-was-it-good = Это хороший ответ?
web-good = Да
web-bad = Нет
web-follow-up = Спросите дальше
web-holding =
    { $articles ->
        [one] { $articles } статья
        [few] { $articles } статьи
       *[many] { $articles } статей
    }, { $sentences ->
        [one] { $sentences } предложение
        [few] { $sentences } предложения
       *[many] { $sentences } предложений
    }.
web-changed = Статья изменилась с тех пор, как это цитировалось; здесь этого больше нет.
web-table = Таблица
web-copies = Другие статьи о том же
web-remove = В корзину
web-titled = Часть названия, источника или имени файла
web-find = Найти
web-count =
    { $count ->
        [0] Статей нет.
        [one] { $count } статья.
        [few] { $count } статьи.
       *[many] { $count } статей.
    }
web-title = Название
web-day = Дата
web-sentences = Предложения
web-newer = Новее
web-older = Старее
web-add-heading = Добавить статьи
web-files = Файлы
web-choose-files = Выберите файлы или перетащите их сюда
web-no-files = Файл не выбран, поэтому ничего не добавлено.
web-into-collection = В коллекцию (можно не указывать)
web-add-button = Добавить
web-working = Добавляю…
web-link = Ссылка
web-address = Адрес страницы
web-text = Текст
web-became = Что получилось
web-read = читать
web-feed-address = Адрес ленты
web-no-address = Это не адрес ленты; он начинается с http:// или https://.
web-follow = Следить
web-unfollow = Больше не следить
web-missed = Вопросы без хорошего ответа
web-judged = Оценённые ответы
web-votes = хорошо: { $good }, плохо: { $bad }
web-nothing = Пока ничего.
web-keys = Ключи программ
web-key-made = Вот ключ; он показан только сейчас:
web-key-name = Имя
web-key-make = Создать ключ
web-role = Роль
web-made = Создан
web-used = Использован
web-state = Состояние
web-revoke = Отозвать
web-revoked = отозван
web-people = Люди в Telegram
web-groups = Группы в Telegram
web-asked = Вопросов в день
web-answered-share = Отвечено, процентов
web-took = Время поиска ответа, миллисекунд (медиана)
web-as-table = Таблицей
web-command = По этой ссылке вы войдёте на страницу – один раз и в течение десяти минут:
web-not-served = Страницы нет: для неё в настройках нужны [web] listen и url.
web-serving = Страница здесь: { $url }. По этой ссылке вы войдёте – один раз и в течение десяти минут: { $link }
web-is-open = Читать и спрашивать может каждый, кому доступен этот адрес: страница открыта.
no-keys = Ключей нет.
key-revoked = Ключ { $name } больше ничего не открывает.
web-receipts-gone = Что из этого вышло, больше не хранится; что было сделано, говорит журнал.
