"""Word lists for names of companies, titles and places; all lower case, without accents."""

from __future__ import annotations

from .folding import folded

LEGAL_FORMS = frozenset(
    """
    inc incorporated corp corporation co company llc llp lp lllp pllc plc ltd limited pty pte
    pvt private gmbh mbh ggmbh ag kg kgaa ohg gbr ug haftungsbeschrankt ev eg se sarl sa sas sasu
    rl srl spa snc scs bv nv vof cv sl slu slne sau oy oyj ab as asa aps ks sp z oo zoo sro doo
    kft zrt nyrt eood ood ad jsc pjsc ooo kk gk bhd sdn tbk pt cia cie et and und y und holding
    holdings group gruppe ltda eireli mei sca scop eurl stiftung
    """.split()  # noqa: SIM905 - a list of words
)
"""What a company's name may end in without being another company."""

COUNTRIES = {
    folded(name): code
    for code, names in {
        "de": "germany deutschland allemagne alemania duitsland de deu",
        "at": "austria osterreich at aut",
        "ch": "switzerland schweiz suisse svizzera che",
        "gb": "uk gb gbr britain england scotland wales unitedkingdom greatbritain",
        "us": "us usa unitedstates unitedstatesofamerica america estadosunidos etatsunis",
        "fr": "france frankreich francia fr fra frankrijk",
        "es": "spain spanien espana espagne esp",
        "nl": "netherlands niederlande nederland paysbas nl nld thenetherlands holland",
        "be": "belgium belgien belgique belgie bel",
        "ie": "ireland irland irlande irl",
        "it": "italy italien italia italie ita",
        "pt": "portugal prt",
        "pl": "poland polen polska pologne pol",
        "se": "sweden schweden sverige suede swe",
        "dk": "denmark danemark danmark dnk",
        "no": "norway norwegen norge nor",
        "fi": "finland finnland suomi finlande fin",
        "cz": "czechia czechrepublic tschechien cesko cze",
        "lu": "luxembourg luxemburg lux",
        "in": "india indien inde ind",
        "au": "australia australien australie aus",
        "nz": "newzealand nzl",
        "sg": "singapore singapur sgp",
        "jp": "japan jpn japon",
        "br": "brazil brasil brasilien bra",
        "mx": "mexico mexiko mex",
        "canada": "canada kanada can",
        "eu": "europe europa emea eu",
    }.items()
    for name in names.split()
}
"""Names and codes of countries, as one word; a code that is also a state's is left out."""

STATES = {
    folded(name): code
    for code, name in (
        pair.split("=")
        for pair in """
        al=alabama ak=alaska az=arizona ar=arkansas ca=california co=colorado ct=connecticut
        de=delaware fl=florida ga=georgia hi=hawaii id=idaho il=illinois in=indiana ia=iowa
        ks=kansas ky=kentucky la=louisiana me=maine md=maryland ma=massachusetts mi=michigan
        mn=minnesota ms=mississippi mo=missouri mt=montana ne=nebraska nv=nevada nh=newhampshire
        nj=newjersey nm=newmexico nc=northcarolina nd=northdakota oh=ohio ok=oklahoma or=oregon
        pa=pennsylvania ri=rhodeisland sc=southcarolina sd=southdakota tn=tennessee tx=texas
        ut=utah vt=vermont va=virginia wa=washingtonstate wv=westvirginia wi=wisconsin wy=wyoming
        dc=districtofcolumbia
        on=ontario qc=quebec bc=britishcolumbia ab=alberta mb=manitoba sk=saskatchewan
        ns=novascotia nb=newbrunswick
        by=bavaria by=bayern nw=nordrheinwestfalen nw=nrw nw=northrhinewestphalia he=hessen
        he=hesse sn=sachsen sn=saxony bw=badenwurttemberg ni=niedersachsen ni=lowersaxony
        """.split()  # noqa: SIM905 - a list of words
    )
}
"""Names of states and provinces, as one word, with their codes."""
STATE_COUNTRIES = {
    **dict.fromkeys(STATES.values(), "us"),
    **dict.fromkeys(["on", "qc", "bc", "ab", "mb", "sk", "ns", "nb"], "canada"),
    **dict.fromkeys(["by", "nw", "he", "sn", "bw", "ni"], "de"),
}
"""The country of a state's code, but of those that are codes of countries as well."""
for _code in ("de", "in", "ca"):
    del STATE_COUNTRIES[_code]

CITIES = {
    folded(name): city
    for city, names in {
        "munchen": "munich",
        "koln": "cologne keulen",
        "nurnberg": "nuremberg",
        "hannover": "hanover",
        "frankfurt": "frankfurtammain frankfurtmain frankfurtam",
        "dusseldorf": "duesseldorf",
        "wien": "vienna vienne",
        "zurich": "zuerich",
        "geneve": "geneva genf",
        "basel": "basle bale",
        "bruxelles": "brussels brussel",
        "antwerpen": "antwerp anvers",
        "denhaag": "hague sgravenhage",
        "praha": "prague prag",
        "warszawa": "warsaw warschau",
        "krakow": "cracow krakau",
        "kobenhavn": "copenhagen kopenhagen",
        "lisboa": "lisbon lissabon lisbonne",
        "milano": "milan mailand",
        "roma": "rome rom",
        "torino": "turin",
        "newyork": "newyorkcity nyc manhattan",
        "sanfrancisco": "sf sanfranciscobayarea",
        "losangeles": "la",
        "washington": "washingtondc",
        "bangalore": "bengaluru",
        "gurgaon": "gurugram",
        "mumbai": "bombay",
    }.items()
    for name in names.split()
}
"""Other names of cities, as one word."""

WORKING_PLACES = frozenset(
    """
    remote hybrid onsite homeoffice anywhere worldwide virtual telework telecommute telearbeit
    teletravail remoto hibrido distance fully mobil vorort inoffice office wfh field work from
    home based first only ok friendly partially possible area metro metropolitan region greater
    city location locations various multiple and und oder et ou the of
    """.split()  # noqa: SIM905 - a list of words
)
"""Words of a location that are no place."""
REMOTE = frozenset(
    {"remote", "anywhere", "worldwide", "homeoffice", "teletravail", "remoto", "telework", "wfh"}
)

TITLE_NOISE = frozenset(
    """
    remote hybrid onsite homeoffice fulltime vollzeit permanent unbefristet festanstellung cdi
    urgent hiring job position role vacancy stelle new and und et y of the for fur de du des la le
    a an in im at bei with mit
    """.split()  # noqa: SIM905 - a list of words
)
"""Words of a title that make it no other job; those of seniority are not among them."""

TITLE_WORDS = {
    "sr": "senior", "snr": "senior", "sen": "senior", "jr": "junior", "jnr": "junior",
    "eng": "engineer", "engr": "engineer", "dev": "developer", "developper": "developer",
    "mgr": "manager", "mgmt": "management", "admin": "administrator", "asst": "assistant",
    "assoc": "associate", "dir": "director", "exec": "executive", "ml": "machinelearning",
    "ai": "artificialintelligence", "ki": "artificialintelligence", "qa": "qualityassurance",
    "hr": "humanresources", "ux": "ux", "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5",
    "adviser": "advisor", "programme": "program", "swe": "softwareengineer",
    "sre": "sitereliabilityengineer", "vp": "vicepresident", "consultancy": "consulting",
}  # fmt: skip
"""Short forms and spellings; roman numerals are those of a level."""

TITLE_PHRASES = (
    ("front", "end"), ("back", "end"), ("full", "stack"), ("dev", "ops"), ("full", "time"),
    ("part", "time"), ("on", "site"), ("home", "office"), ("machine", "learning"),
    ("artificial", "intelligence"), ("quality", "assurance"), ("human", "resources"),
    ("software", "engineer"), ("site", "reliability", "engineer"), ("vice", "president"),
    ("data", "base"), ("cyber", "security"), ("e", "commerce"), ("start", "up"),
)  # fmt: skip
"""Words that are written apart, joined, or hyphenated."""
