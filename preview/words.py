"""What the people of the preview are called and write, by language."""

NAMES = {
    "en": "Emma",
    "de": "Anna",
    "fr": "Chloé",
    "es": "Lucía",
    "pl": "Zofia",
    "ro": "Ioana",
    "ru": "Анна",
    "fa": "سارا",
}

# Of a promoter, a passive, a detractor.
COMMENTS = {
    "en": (
        "It arrived a day early and looks exactly like the picture.",
        "All good, though shipping is a little expensive for one small parcel.",
        "Eleven days for a parcel that was promised in three, and nobody told me anything.",
    ),
    "de": (
        "Schnelle Lieferung, sorgfältig verpackt, gerne wieder.",
        "Alles in Ordnung, der Versand könnte schneller sein.",
        "Zwei Wochen gewartet und keine Antwort auf meine E-Mails.",
    ),
    "fr": (
        "Livraison rapide et produit conforme, je recommande.",
        "Bien dans l’ensemble, mais la livraison est un peu chère.",
        "Colis reçu avec dix jours de retard, sans aucune nouvelle.",
    ),
    "es": (
        "Llegó antes de lo previsto y en perfecto estado.",
        "Bien, aunque el envío tardó un poco.",
        "El pedido llegó incompleto y nadie contesta.",
    ),
    "pl": (
        "Szybka dostawa i piękne opakowanie. Polecam!",
        "W porządku, ale dostawa mogłaby być tańsza.",
        "Paczka szła dwa tygodnie, a nikt nie odpisał na moje pytania.",
    ),
    "ro": (
        "Livrare rapidă și produs exact ca în fotografie.",
        "Totul bine, dar transportul este cam scump.",
        "Am așteptat două săptămâni și nu mi-a răspuns nimeni.",
    ),
    "ru": (
        "Доставили раньше срока, всё как на фотографии.",
        "Всё хорошо, но доставка могла бы быть дешевле.",
        "Ждали две недели, на письма никто не ответил.",
    ),
    "fa": (
        "زودتر از موعد رسید و دقیقاً مثل عکس بود.",
        "همه‌چیز خوب بود، فقط هزینهٔ ارسال کمی زیاد است.",
        "دو هفته منتظر ماندم و کسی پاسخ ایمیل‌هایم را نداد.",
    ),
}

# Of staff who correct points.
REMARKS = {
    "en": "Sorry for the late parcel",
    "de": "Entschuldigung für das späte Paket",
    "fr": "Toutes nos excuses pour le retard",
    "es": "Disculpe el retraso del paquete",
    "pl": "Przepraszamy za opóźnienie paczki",
    "ro": "Ne cerem scuze pentru întârziere",
    "ru": "Извините за опоздание посылки",
    "fa": "پوزش برای دیر رسیدن بسته",
}

# How and when somebody wants to be called back.
CALLBACKS = {
    "en": "555 0100, on weekdays after five",
    "de": "0555 0100, werktags nach 17 Uhr",
    "fr": "05 55 01 00 00, en semaine après 17 heures",
    "es": "555 0100, entre semana después de las cinco",
    "pl": "555 010 000, w dni robocze po siedemnastej",
    "ro": "0555 010 000, în zilele lucrătoare după ora 17",
    "ru": "8 555 010-00-00, по будням после пяти",
    "fa": "۰۵۵۵ ۰۱۰۰، روزهای کاری بعد از ساعت پنج",
}
