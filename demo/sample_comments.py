"""What shoppers write, by language and category. {product} is what they bought."""

COMMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "promoter": (
            "Arrived a day early and exactly as pictured.",
            "Love the {product}. Already ordered another for my sister.",
            "The person in your support chat solved it in two minutes. That is why I stay.",
            "Great quality, fair price, no plastic in the parcel.",
            "Third order, third time everything was right.",
            "Easy returns made me brave enough to try a new size. Keeping it!",
        ),
        "passive": (
            "Good, but shipping costs are a bit high for a small order.",
            "The {product} is fine. The colour is slightly darker than in the photo.",
            "All good, nothing special.",
            "Would be a 10 with next-day delivery.",
            "The checkout asked me twice for my address.",
        ),
        "detractor": (
            "Eleven days for a parcel that was promised in three. Nobody told me anything.",
            "The {product} fell apart after the second wash.",
            "I wrote to support twice and got the same copied answer.",
            "Wrong size in the box, and I have to pay for the return myself?",
            "The box was crushed and the {product} had a scratch.",
            "The discount code from your mail did not work at checkout.",
            "Tracking said delivered. It was not.",
        ),
    },
    "de": {
        "promoter": (
            "Schnelle Lieferung, gute Qualität, gerne wieder.",
            "{product} ist genau wie beschrieben. Sehr zufrieden!",
            "Der Kundendienst hat sofort geholfen, das ist selten geworden.",
            "Endlich ein Shop, der ohne Plastik verpackt.",
        ),
        "passive": (
            "Alles in Ordnung, der Versand könnte schneller sein.",
            "Gute Ware, aber die Versandkosten sind recht hoch.",
            "{product} fällt etwas kleiner aus als erwartet.",
        ),
        "detractor": (
            "Zwei Wochen gewartet und keine Antwort auf meine E-Mails.",
            "{product} war beim Auspacken schon beschädigt.",
            "Die Rückgabe war umständlich und ich musste das Porto selbst zahlen.",
            "Falscher Artikel geliefert.",
        ),
    },
    "fr": {
        "promoter": (
            "Livraison rapide et produit conforme, je recommande.",
            "J'adore {product}, la qualité est au rendez-vous.",
            "Un service client humain et efficace, merci !",
        ),
        "passive": (
            "Bien dans l'ensemble, mais la livraison est un peu chère.",
            "Correct. L'emballage pourrait être plus soigné.",
            "La couleur est un peu différente de la photo.",
        ),
        "detractor": (
            "Colis reçu avec dix jours de retard, sans aucune nouvelle.",
            "{product} est arrivé abîmé et le service client ne répond pas.",
            "Impossible d'obtenir mon remboursement.",
        ),
    },
    "es": {
        "promoter": (
            "Llegó antes de lo previsto y en perfecto estado.",
            "Muy contenta con {product}, repetiré seguro.",
            "La atención al cliente fue excelente.",
        ),
        "passive": (
            "Bien, aunque el envío tardó un poco.",
            "El producto cumple, pero esperaba mejor acabado.",
            "Todo correcto, nada que destacar.",
        ),
        "detractor": (
            "El pedido llegó incompleto y nadie contesta.",
            "{product} se rompió a los pocos días.",
            "Tardaron doce días y el seguimiento no funcionaba.",
        ),
    },
    "pl": {
        "promoter": (
            "Błyskawiczna wysyłka i świetna jakość. Polecam!",
            "{product} jest jeszcze ładniejszy niż na zdjęciu.",
            "Super kontakt, paczka starannie zapakowana.",
            "Zamawiam trzeci raz i zawsze wszystko się zgadza.",
        ),
        "passive": (
            "W porządku, ale dostawa mogłaby być tańsza.",
            "Towar zgodny z opisem, kurier trochę się spóźnił.",
            "Dobrze, choć brakuje płatności BLIK.",
        ),
        "detractor": (
            "Czekałam ponad tydzień, a miały być dwa dni.",
            "{product} przyszedł uszkodzony, reklamacja trwa już trzeci tydzień.",
            "Nikt nie odbiera telefonu ani nie odpisuje na maile.",
            "Rozmiar zupełnie nie zgadza się z tabelą.",
            "Po świętach paczka nadal nie dotarła.",
        ),
    },
    "ro": {
        "promoter": (
            "Livrare rapidă și produs de calitate. Recomand!",
            "Sunt foarte mulțumită de {product}.",
        ),
        "passive": (
            "Bine, dar transportul este cam scump.",
            "Produsul este în regulă, ambalajul putea fi mai bun.",
        ),
        "detractor": (
            "Coletul a întârziat o săptămână și nu m-a anunțat nimeni.",
            "{product} a ajuns zgâriat.",
        ),
    },
    "ru": {
        "promoter": (
            "Быстрая доставка, всё как на фото. Спасибо!",
            "{product} отличного качества, буду заказывать ещё.",
        ),
        "passive": ("Нормально, но доставка могла бы быть дешевле.", "Хорошо, цвет немного отличается от фото."),
        "detractor": ("Посылка шла две недели, поддержка молчит.", "{product} пришёл с браком."),
    },
    "fa": {
        "promoter": ("ارسال سریع بود و کیفیت عالی است. سپاس!", "از خریدم خیلی راضی هستم، دوباره سفارش می‌دهم."),
        "passive": ("خوب بود، فقط هزینهٔ ارسال کمی زیاد است.", "کالا مطابق توضیحات بود، بسته‌بندی می‌توانست بهتر باشد."),
        "detractor": ("سفارش با ده روز تأخیر رسید و کسی پاسخگو نبود.", "کالا آسیب‌دیده به دستم رسید."),
    },
}
