"""Names of shoppers by language."""

FIRST_NAMES: dict[str, tuple[str, ...]] = {
    "en": ("Emma", "Liam", "Olivia", "Noah", "Ava", "James", "Mia", "Lucas", "Zoe", "Ethan"),
    "de": ("Anna", "Lukas", "Lena", "Jonas", "Marie", "Paul", "Sophie", "Felix"),
    "fr": ("Chloé", "Louis", "Camille", "Hugo", "Inès", "Jules"),
    "es": ("Lucía", "Mateo", "Sofía", "Diego", "Carmen", "Pablo"),
    "pl": ("Zofia", "Jan", "Maja", "Antoni", "Hanna", "Jakub", "Kinga", "Szymon"),
    "ro": ("Ioana", "Andrei", "Elena", "Mihai"),
    "ru": ("Анна", "Иван", "Мария", "Дмитрий"),
    "fa": ("سارا", "علی", "مریم", "رضا"),
}

LAST_NAMES = ("Silva", "Weber", "Nowak", "Martin", "Lee", "Popescu", "Rossi", "Kim")
