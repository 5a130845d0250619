"""The small words around a word: which make it more or less, how much, what means nothing, what no EQ can do."""

from typing import Literal

from msgspec import Struct

from ..latent import Language
from .spelling import unaccented

Order = Literal["again", "half", "undo"]
Direction = Literal["more", "less", "none"]
Size = Literal["", "small", "large"]

MORE = {"": 0.6, "small": 0.3, "large": 1.5}
LESS = {"": -0.6, "small": -0.3, "large": -1.5}
NONE = -1.0
BARE, MUCH = 1.0, 1.5


class Sign(Struct, frozen=True):
    """What a small word does to the next word: its direction, its size, or both. ``strong``: *very*."""

    direction: Direction | None = None
    size: Size = ""
    strong: bool = False


def _signs() -> dict[Language, dict[str, Sign]]:
    tables: dict[tuple[Language, Direction | None, Size, bool], str] = {
        ("en", "more", "", False): "more|add|adding|give|boost|raise|increase|enhance|push|lift|bring up|turn up|"
        "bring out|dial in|crank up|crank|pump up|needs|need|lacks|lack|lacking|missing|wants|could use|could do with|"
        "should have|short of|too little|not enough|insufficient|increased|extra",
        ("en", "less", "", False): "less|too|too much|too many|not|not so|not so much|not as|not that|not very|"
        "not too|not quite so|never|cut|cut down|cut back|reduce|reduced|lower|tame|turn down|bring down|roll off|"
        "dial back|dial down|pull down|pull back|attenuate|drop|dip|back off|ease off|ease|minus|control|fewer|"
        "decrease|lessen|overly|excessively|excessive",
        ("en", "none", "", False): "no|without|remove|take out|take away|take off|get rid of|kill|lose|eliminate|"
        "strip|scoop out|clean out|pull out|get out|filter out|notch out|no more|free of|zero|stop the",
        ("en", None, "small", False): "a bit|bit|a little|little|a little bit|slightly|a touch|touch|a tad|tad|a hint|"
        "hint|somewhat|a smidge|a smidgen|a shade|a dash|a pinch|a fraction|a whisker|a hair|marginally|gently|subtly|"
        "a wee bit|mildly|a small amount|subtle",
        ("en", None, "large", False): "much|a lot|a lot of|lots|lots of|way|far|loads|loads of|considerably|"
        "significantly|a great deal|tons|tons of|heaps|plenty|plenty of|dramatically|substantially|so much|a good deal|"
        "a whole lot|massively|hugely",
        ("en", None, "", True): "very|really|super|extremely|so|quite|pretty|ultra|incredibly|totally|completely|"
        "insanely|hella|mega|fully|as possible",
        ("es", "more", "", False): "más|añade|añadir|añádele|agrega|agregar|agrégale|dale|darle|ponle|poner|pon|da|"
        "sube|subir|súbele|aumenta|aumentar|realza|realzar|falta|le falta|les falta|faltan|le faltan|necesita|"
        "necesito|mete|métele|echa|échale|refuerza|potencia",
        ("es", "less", "", False): "menos|demasiado|demasiada|demasiados|demasiadas|no|no tan|no tanto|tan poco|sobra|"
        "le sobra|sobran|le sobran|baja|bajar|bájale|reduce|reducir|redúcele|corta|cortar|recorta|recortar|atenúa|"
        "atenuar|disminuye|disminuir|no muy|no demasiado|resta|réstale|tiene demasiado|tiene demasiada",
        ("es", "none", "", False): "sin|quita|quitar|quítale|quitarle|quítame|quítalo|elimina|eliminar|saca|sacar|"
        "sácale|fuera|nada de|suprime|borra",
        (
            "es",
            None,
            "small",
            False,
        ): "un poco|un poco de|poco|un poquito|un poquito de|poquito|algo|algo de|ligeramente|"
        "un pelín|pelín|un toque|un toque de|una pizca|una pizca de|levemente|un tanto|apenas",
        ("es", None, "large", False): "mucho|mucha|muchos|muchas|muchísimo|muchísima|bastante|bastantes|un montón|"
        "un montón de|considerablemente",
        ("es", None, "", True): "muy|súper|bien|realmente|extremadamente|ultra",
    }
    signs: dict[Language, dict[str, Sign]] = {"en": {}, "es": {}}
    for (language, direction, size, strong), words in tables.items():
        for word in words.split("|"):
            signs[language][word] = signs[language][unaccented(word)] = Sign(direction, size, strong)
    return signs


SIGNS = _signs()
"""Small words, up to four of them together, by what they do, in either language, with and without accents."""


def sign_of(words: str, language: Language | None) -> Sign | None:
    """What small words do; *no* is another word in Spanish."""
    first: Language = language or "en"
    return SIGNS[first].get(words) or SIGNS["es" if first == "en" else "en"].get(words)


_SMALL = """
    a actually ahora al all also am amount an any are as así at aún batería be become been before being bit bombo
    bring bus by can canción cantante character como con could cuerdas cymbal cymbals de deja dejar del did do does
    down drum drums déjalo effect el en enough eq es ese eso esta estar este esto está están esté even everything
    favor feel feeling feels for frequencies from general generally get gets getting go going got gracias guitar
    guitarra guitarras guitars gustaría hace hacer hacerlo had has hat hats have hay haya haz hazla hazlo he her
    here hey hihat hihats his horns how i i'd i'll i'm id ill im in instrument instrumento instrumentos instruments
    into is it it's its just keep keyboard keys kick kind la las le les let let's lets like liked little lo looks
    loop los made make makes making master may maybe me mezcla mi might mis mix much music must my nos now of off ok
    okay on only onto our out overall overheads para perhaps piano pista please podría podrías ponla ponlo por porfa
    puede puedes quality que queda quede quieres quiero quisiera rather really room sample se sea sean seem seems
    ser she should si singer snare so some something son sonar song sonido sort sound sounded sounding sounds still
    strings stuff su suena suenan suene suenen sus synth synths sí también te teclado tema than thank thanks that
    the them then there these they thing things this those through tiene tienen to toda todavía todo todos tom toms
    tone tono too track tracks try tu un una unas unos up us vale vibe vocal vocals voces voice voices voz want
    wanted wants was we well what when which while whole with would yes you your
"""
FILLERS = frozenset(_SMALL.split())
"""Words that carry no request: articles, verbs, instruments."""

JOINERS = frozenset({"and", "or", "nor", "plus", "y", "e", "o", "ni", "además"})
"""After these the amount of the word before goes on: *less boomy and muddy*."""
BREAKS = frozenset({"but", "yet", "pero", "although", "though", "aunque", "sino", "instead"})
"""After these a new part begins."""

ASK = {
    "pop": "plosives or the genre", "cut": "the character or a command", "fuerte": "powerful or loud",
    "radio voice": "band-limited or full", "caja": "boxy or the snare drum",
}  # fmt: skip
"""Words that mean two things: they are asked about unless something is said of how much."""

_BEYOND = {
    "width is a matter of the stereo image": "wide wider widest width widen stereo mono narrow narrower ancho ancha "
    "anchos estéreo estereo amplio amplia anchura",
    "loudness is a matter of the level": "loud louder loudest loudness volume quiet quieter level gain volumen ruidoso",
    "space is a matter of reverberation and delay": "reverb reverby reverberation echo echoes delay wet wetter dry "
    "drier reverberación roomverb ambience",
    "dynamics are a matter of compression": "compress compressed compression compressor sustain sustained gate gated "
    "limiter limited squashed dynamic dynamics transient transients compresión comprimido compresor dinámica",
    "that is a matter of distortion": "distorted distortion saturated saturation overdriven overdrive drive "
    "distorsión saturado saturación",
    "that is a matter of time and pitch": "faster slower fast slow tempo pitch tuned tuning detuned autotune "
    "rápido lento tempo afinado afinación",
    "that is a matter of the pan": "left right centered centre panned pan izquierda derecha",
}
BEYOND = {word: why for why, words in _BEYOND.items() for word in words.split()}
"""What an equaliser cannot do, and why."""

COMMANDS: dict[str, Order] = {
    "again": "again", "once more": "again", "one more time": "again", "same again": "again", "repeat": "again",
    "repeat that": "again", "do it again": "again", "do that again": "again", "again please": "again",
    "otra vez": "again", "de nuevo": "again", "una vez más": "again", "repite": "again", "lo mismo": "again",
    "half": "half", "half of that": "half", "half that": "half", "half as much": "half", "half of it": "half",
    "only half": "half",
    "halve it": "half", "halve that": "half", "half the amount": "half", "just half of that": "half",
    "la mitad": "half", "mitad": "half", "la mitad de eso": "half", "solo la mitad": "half", "sólo la mitad": "half",
    "undo": "undo", "undo that": "undo", "undo it": "undo", "go back": "undo", "back": "undo", "take it back": "undo",
    "take that back": "undo", "revert": "undo", "revert that": "undo", "never mind": "undo", "nevermind": "undo",
    "undo please": "undo", "deshacer": "undo", "deshaz": "undo", "deshazlo": "undo", "deshaz eso": "undo",
    "vuelve atrás": "undo", "volver": "undo", "atrás": "undo",
}  # fmt: skip
"""Whole phrases that speak of the last request."""
