# Ответы
not-found = В статьях нет ответа на этот вопрос.
perhaps = Возможно, но я не уверен, что это ответ:
nearest = Самые близкие фрагменты, которые могут и не отвечать на него:
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
button-undo = Отменить
button-remove = Удалить
button-keep = Оставить
button-next = Более ранние статьи
button-clear = Снова все статьи

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
    /settings – какие статьи могут отвечать в этом чате
help-group = В группе напишите /ask@{ $bot } и вопрос, упомяните меня или ответьте на моё сообщение.
help-administrator =
    Вы можете добавлять статьи: пришлите документ .txt или .md, перешлите сообщение или ответьте на текст командой /add. Кнопка под сообщением о добавлении отменяет это добавление; /remove id удаляет статью, а /doctor показывает, всё ли со мной в порядке.
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
unreadable-address = { $name } – адрес, а страницы по адресу не добавить: сохраните страницу как текст.
unreadable-size = { $name } больше { $detail }: разделите его на статьи.
unreadable-not-text = { $name } – не текст: сохраните его как текст в UTF-8.
unreadable-system = { $name }: { $detail }.
unreadable-undecided = В какой кодировке { $name }, понять нельзя; возможно: { $detail }. Сохраните его как текст в UTF-8.
unreadable-encoding = Кодировки { $detail }, в которой надо было прочесть { $name }, не существует.
unreadable-unfit = { $name } – не в кодировке { $detail }. Сохраните его как текст в UTF-8.
unreadable-collection = { $name } называет коллекцию { $detail }, а так её назвать нельзя: только буквы, цифры, - и _, не больше 40.

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
show-usage = Напишите /show и id статьи; id показывает /list.
remove-usage = Напишите /remove и id статьи; id показывает /list.
remove-confirm = Удалить «{ $name }» из статей? Вернуть её можно в течение тридцати дней.
removed = Удалено: «{ $name }».
removed-how = `derek undo` вернёт.
kept = Оставлено.
unknown-article = Статьи с id { $id } нет. Какие есть, показывает /list.
ambiguous-article = С { $id } начинаются id нескольких статей: { $matches }. Укажите больше знаков.
changed-article = Статью с тех пор изменили. Спросите, пожалуйста, ещё раз.
forgotten-question = Этого вопроса я уже не помню. Задайте его, пожалуйста, ещё раз.

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
settings-refused = Менять, какие статьи отвечают в этой группе, могут только её администраторы.
setting-word = Настройки «{ $said }» нет. Напишите since, until, lang, in, source или clear; примеры показывает /settings.
setting-missing = После «{ $said }» ничего нет. Напишите, какие статьи могут отвечать, или any; примеры показывает /settings.
setting-day = «{ $said }» – не дата. Напишите год, месяц или день: 2022, 2022-05 или 2022-05-31.
setting-order = Тогда между since и until нет ни одного дня, и отвечать было бы нечему. Укажите обе даты, сначала более раннюю: /settings since 2022 until 2024
setting-language = На языке «{ $said }» статей нет. Напишите коды языков: { $choices }.
setting-source = Из источника «{ $said }» статей нет. Источники: { $choices }.
setting-collection = В коллекции «{ $said }» статей нет. Коллекции: { $choices }.
setting-ambiguous = «{ $said }» подходит к нескольким источникам: { $choices }. Напишите один из них полностью.
any = любые

# Доступ
readers-only = Я отвечаю только тем, кого допустили мои администраторы. Ваш id (сообщите его им): { $user }
administrators-only = Это могут делать только администраторы. Ваш id (сообщите его им): { $user }

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
command-settings = какие статьи могут отвечать
command-help = что я умею
command-add = ответом на текст: сделать его статьёй
command-remove = удалить статью
command-doctor = всё ли в порядке с ботом и что он может в группе

# Что проверяется перед запуском бота и по /doctor
check-administrators = { $count ->
    [one] { $count } администратор может добавлять и удалять статьи.
    [few] { $count } администратора могут добавлять и удалять статьи.
   *[other] { $count } администраторов могут добавлять и удалять статьи.
}
check-nobody = Администраторов нет: никто не может добавлять статьи и узнавать о сбоях; укажите id в настройках, [telegram] administrators.
check-everyone = Спрашивать и читать может каждый, кто найдёт бота; это ограничивает [telegram] readers.
check-readers = { $count ->
    [one] Кроме администраторов, спрашивать может { $count } человек.
    [few] Кроме администраторов, спрашивать могут { $count } человека.
   *[other] Кроме администраторов, спрашивать могут { $count } человек.
}
check-no-reader = Спрашивать не может никто: [telegram] readers в настройках – пустой список; укажите id или "everyone".
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
doctor-private = Об этом я говорю только в личном чате.
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
