"""What the words beside an amount mean, in the languages of job boards. All in small letters."""

from __future__ import annotations

from types import MappingProxyType


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(**lines: str) -> MappingProxyType[tuple[str, ...], str]:
    """Phrases (separated by commas) → the name of their line."""
    return MappingProxyType(
        {tuple(phrase.split()): name for name, text in lines.items() for phrase in text.split(",")}
    )


PERIODS = _phrases(
    hour="hour,hours,hourly,hr,h,std,stunde,stündlich,stundenlohn,stundensatz,heure,horaire,hora,"
    "horas,uur,uurloon,uurtarief,ora,godz,godzinę,timme,time,timen,ph,hourly rate,時給",
    day="day,daily,tag,tägl,täglich,tagessatz,jour,jours,journalier,tjm,día,dia,diario,dag,"
    "dagtarief,giorno,dzień,day rate,daily rate,diem,pd,日給",
    week="week,weekly,wk,pw,woche,wöchentlich,wochenlohn,semaine,hebdomadaire,semana,semanal,"
    "semanales,settimana,tydzień,vecka,uge,uke",
    month="month,monthly,mo,mth,pcm,monat,monatlich,mtl,monatsgehalt,monatslohn,bruttomonatsgehalt,"
    "mois,mensuel,mensuels,mensuelle,mes,mensual,mensuales,mês,mensais,mensal,maand,mnd,mnd,"
    "maandelijks,maandsalaris,měsíc,měsíčně,kk,md,"
    "p/m,mese,mensile,mensili,miesiąc,mies,miesięcznie,mån,månad,månaden,måned,måneden,pm,月給,月薪,"
    "月収",
    year="year,years,yearly,yr,annum,annual,annually,annualized,pa,jahr,jährlich,jahresgehalt,"
    "bruttojahresgehalt,jahresbrutto,jahresbruttogehalt,jahreszielgehalt,zielgehalt,"
    "jahreseinkommen,jahresvergütung,an,année,annuel,annuels,annuelle,annuels,annuellement,año,"
    "anual,anuales,anualmente,jaar,jaarlijks,jaarsalaris,anno,annuo,annui,annua,ral,rok,rocznie,"
    "år,året,årligen,årlig,ano,anuais,lpa,ctc,年収,年俸,年薪",
)
"""What an amount is paid for. Most need a word such as "per" only where they are ambiguous."""

AMBIGUOUS_PERIODS = _set(
    "mês md kk měsíc an day days time h mo md years hours hour day dag tag an jours horas year"
    " uur ora dia jour"
    " month week jahr monat woche mois mes maand año ano rok jaar anno mese heure hora año stunde"
    " timme timen giorno semana semaine dzień miesiąc mån månad måned år vecka uge uke std wk hr"
)
"""Periods that count only behind a word such as "per", or behind a slash."""

COUNTED = _set(
    "stunden tage tagen jahre jahren monate monaten wochen weeks months days heures jours ans"
    " semaines años meses días semanas uren dagen weken maanden jaren hrs people employees persons"
    " mitarbeiter mitarbeitende personen collaborateurs personnes empleados medewerkers collega's"
    " users customers countries offices teams engineers developers km km² m² sqm sq kg pounds lbs"
    " points percent miles minutes minuten times urlaubstage"
)
"""What a bare number counts where it is no money."""

PER = _set(
    "per / a an p each every pro im par al por el l'an del all' om om i pr the je à na za die de"
    " une un una the in the al'"
)
"""What may stand between an amount and its period."""

FILLERS = _set(
    "gross brutto brut bruts bruto brutos bruta brute lordi lordo net netto neto netos nets netti"
    " base basic salary gehalt fixed fix fixe fixum fijo fijos basis before tax taxes pre-tax"
    " ht vat ttc gst excl incl mwst"
    " total in of is be will for the usd cad aud eur range at about ca circa approx w2 w-2 ote tc"
    " ctc fte full-time vollzeit pro-rata rata equivalent dollars euro euros inclusive exclusive"
    " brutto-jahresgehalt plus hourly rate doe compensation comp grundgehalt base-salary cash"
)
"""Words over which an amount and its period belong together still."""

EVIDENCE = _set(
    "salary salaries pay paid pays wage wages remuneration compensation comp ote tc ctc lpa package"
    " earn earning earnings earner rate rates payband base-salary"
    " gehalt gehälter jahresgehalt monatsgehalt bruttogehalt bruttojahresgehalt bruttomonatsgehalt"
    " jahresbrutto jahresbruttogehalt zielgehalt jahreszielgehalt grundgehalt gehaltsspanne"
    " gehaltsrahmen gehaltsband gehaltsvorstellung mindestgehalt mindestentgelt jahreseinkommen"
    " vergütung jahresvergütung lohn stundenlohn stundensatz tagessatz monatslohn entgelt fixum"
    " einstiegsgehalt verdienst verdienen verdienst bezahlung entlohnung kv-mindestgehalt"
    " salaire salaires rémunération remuneration tjm fixe brut bruts"
    " salario salarios sueldo retribución remuneración banda"
    " salaris salarisschaal salarisindicatie maandsalaris jaarsalaris loon uurloon uurtarief"
    " brutosalaris stipendio retribuzione ral wynagrodzenie widełki lön löneintervall månadslön"
    " løn lønn årslønn salário remuneração"
    " gross brutto bruto lordi lordo 年収 月給 時給 日給 年俸 年薪 月薪 月収"
)
"""Words that say that an amount is a salary."""

BLOCKERS = _set(
    "bonus bonuses sign-on signing sign-on-bonus referral relocation retention prämie prime"
    " stipend stipends allowance allowances budget budgets reimbursement reimbursements"
    " reimbursed perk perks voucher vouchers gift gutschein zuschuss zuschüsse credit credits"
    " funding funded raised raise raises fundraise investment investments invested investors"
    " backed series seed round valuation valued revenue revenues arr mrr turnover umsatz ebitda"
    " profit profits sales aum assets users customers clients kunden nutzer employees deal deals"
    " acv quota quotas pipeline portfolio project projects projekte contract contracts procurement"
    " equity stock stocks shares rsu rsus options vesting 401k match matching contribution"
    " contributions deductible copay insurance versicherung fee fees price prices pricing fine"
    " fines grant grants donation donations donated spend spending savings saved save saving"
    " market industry company startup unicorn fund funds billion trillion"
    " education training learning conference conferences course courses equipment laptop gym"
    " wellness travel internet phone commuting transport ticket fahrtkosten weiterbildung"
    " weiterbildungsbudget fortbildung formation tuition fitness lunch meal meals childcare"
    " reiskosten reiskostenvergoeding vakantiegeld thuiswerkvergoeding opleidingsbudget"
    " processing payments transactions volume gmv worth discount cost costs kosten"
    " sacrifice scheme schemes charity charities tenants students patients subscribers buyers"
    " variable variabel variablen commission commissions provision"
    " millionen-umsatz ca-annuel raising secured closed per-diem pension rente"
)
"""Words beside an amount that say that it is no salary."""

VERBS = _set("pay pays paid earn earning rate rates package packages brut gross brutto")
"""Words of pay that may have another subject: customers pay $50,000."""

UNITS = _set("per par por pro each je")
"""Words behind which the unit of a price stands; a price per article is no salary."""

FOR = _set("for over during für über pour sur por durante voor")
SPANS = _set(
    "months month weeks week days years monate monaten wochen jahre jahren mois semaines meses"
    " semanas maanden weken"
)
"""What an amount for a stretch of time is for: $40,000 for 6 months."""

AT_MOST = _phrases(
    at_most="up to,upto,bis zu,bis,max,maximum,maximal,jusqu'à,jusqu’à,jusqu'a,hasta,tot,until,"
    "as much as,no more than,not more than,at most,less than,under,below,upp till,op til,opp til,"
    "fino a,até,höchstens,<,≤,capped at,tot maximaal,maximaal"
)
AT_LEAST = _phrases(
    at_least="from,ab,starting at,starting from,starts at,starts from,start at,starting,vanaf,"
    "à partir de,a partir de,dès,desde,min,minimum,mindestens,at least,no less than,not less than,"
    "more than,over,above,über,mehr als,od,från,fra,plus de,au moins,minimaal,minimal,upwards of,"
    "a partire da,da,>,≥,minstens,ab ca"
)
ABOUT = _phrases(
    about="about,around,approx,approximately,circa,ca,c,environ,ungefähr,etwa,rund,roughly,"
    "alrededor de,cerca de,aprox,estimated,est,~,≈,ongeveer,okolo,omkring,cirka,estimate"
)

MARKS = MappingProxyType(
    {
        "OTE": _set("ote on-target zielgehalt jahreszielgehalt zieleinkommen"),
        "total compensation": _set("tc tcc gesamtvergütung"),
        "CTC": _set("ctc"),
        "base": _set("base basic grundgehalt fixum fixgehalt fixe fijo"),
        "gross": _set(
            "gross brutto brut bruts bruto brutos brute bruta lordi lordo bruttogehalt"
            " bruttojahresgehalt bruttomonatsgehalt jahresbrutto jahresbruttogehalt brutosalaris"
            " pre-tax ral"
        ),
        "net": _set("net netto neto netos nets netti"),
        "estimated": _set("est estimated estimate geschätzt estimé estimation glassdoor"),
        "full-time equivalent": _set("fte"),
        "pro rata": _set("pro-rata prorata"),
        "negotiable": _set("negotiable vb verhandelbar négociable negociable bespreekbaar"),
        "depends on experience": _set("doe depending dependent selon según afhankelijk abhängig"),
    }
)
"""Note → the words that bring it."""

MARK_PHRASES = MappingProxyType(
    {
        ("on", "target"): "OTE",
        ("target", "earnings"): "OTE",
        ("total", "compensation"): "total compensation",
        ("total", "comp"): "total compensation",
        ("total", "package"): "total compensation",
        ("all", "in"): "total compensation",
        ("pro", "rata"): "pro rata",
        ("je", "nach"): "depends on experience",
    }
)

EXTRAS = _set(
    "bonus bonuses boni bonos equity stock options rsu rsus commission commissions provision"
    " benefits variable prime variabel variablen super superannuation esop benefits bonussen tips"
    " variables incentives shares"
)
"""What may come on top, behind a plus sign."""

PLUS = _set("+ plus & zzgl zuzüglich más mais más")
INCLUDING = _set("including includes incl inkl inklusive inclusive davon dont")
STOPS_BLOCKING = _set("• · and und et y en with mit avec con met or oder , ; | incl inkl including")
"""Where the words that an amount belongs to end."""

BETWEEN = _set("between zwischen entre tussen mellan mellem mellom tra fra między from de von")
AND = _set("and und et y en e och og i a")
TO = _set("to bis tot till til à hasta al until até au")
LOOSE_TO = _set("a do")
"""A word between two amounts; the loose ones only between amounts that look like money."""

NO_AMOUNT = _set(
    "competitive doe negotiable attractive marktgerecht marktkonform wettbewerbsfähig vb"
    " verhandelbar compétitif attractif négociable competitivo negociable vereinbarung marktconform"
    " tbd tbc n/a unpaid volunteer undisclosed confidential"
)
"""Words that stand in place of an amount."""

PAYMENTS = _set(
    "gehälter monatsgehälter gehälter/jahr mal x × pagas payments mensualités mois mensilità"
    " mensualidades salaries salarissen maandsalarissen payslips monthly months monatsgehältern"
    " gehältern monatslöhne löhne"
)
"""What follows 13 or 14 where a year has that many monthly salaries."""

_OF_CELLS = _set(
    "and with or plus etc remote hybrid onsite office depending on experience dependent per annum"
    " glassdoor employer provided according linkedin indeed levels fyi k yes ok approx range"
    " no schaal scale entgeltgruppe eg clt pj uop vat gst ht ttc b2b c2c car ir35 inside outside"
    " selon profil profile expérience mwst btw iva"
    " je nach erfahrung inkl zzgl according to bonus equity benefits stock options"
)
_OF_PERIODS = {phrase[-1] for phrase in PERIODS}
TELLING = _set("experience erfahrung expérience experiencia ervaring profil").union(
    _OF_PERIODS, EXTRAS, EVIDENCE, *MARKS.values()
)
"""Words that are quoted with an amount which they follow."""

_OF_BOUNDS = {word for table in (AT_MOST, AT_LEAST, ABOUT) for phrase in table for word in phrase}
TELLING_BEFORE = TELLING.union(BETWEEN, _OF_BOUNDS) - _set("a as at da de do no not than to")
"""Words that are quoted with an amount which they precede."""

KNOWN = frozenset(
    word
    for table in (PERIODS, AT_MOST, AT_LEAST, ABOUT, MARK_PHRASES)
    for phrase in table
    for word in phrase
).union(
    PER, FILLERS, EVIDENCE, EXTRAS, PLUS, STOPS_BLOCKING, BETWEEN, AND, TO, LOOSE_TO, PAYMENTS,
    NO_AMOUNT, _OF_CELLS, *MARKS.values(),
)  # fmt: skip
"""Words that a cell about pay is made of."""
