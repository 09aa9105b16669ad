"""The keywords of a job description, and how a résumé matches them."""

from __future__ import annotations

from sync_daemon.tooling import Tool, ToolContext
from sync_daemon.tooling.documents import document_text
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.years import years_of_experience

from .keywords import analyse
from .matching import Match, match_keywords
from .schemas import KeywordInputSchema, KeywordOptions, KeywordResult


class KeywordAnalyzer(Tool[KeywordInputSchema, KeywordResult]):
    """Find the skills and terms of a job description, and compare them with a résumé.

    They are given by their usual names (k8s is Kubernetes), ranked, counted, and by
    kind: languages, frameworks, tools, methods, standards, domains, soft skills,
    certificates, degrees, spoken languages; years of experience too. Benefits and
    legal boilerplate count little. With the option ``resume`` the match in percent
    and the missing terms are given. With ``method = "frequency"`` the words and
    phrases are merely counted.
    """

    name = "keyword_analyzer"
    version = 2
    Options = KeywordOptions

    def process(
        self, entry: KeywordInputSchema, context: ToolContext[KeywordOptions]
    ) -> KeywordResult:
        """Analyse one description."""
        options = context.options
        analysis = analyse(entry.text, options)
        keywords = analysis.keywords
        match = Match(None, [], [])
        if options.resume is not None:
            match = match_keywords(keywords, document_text(options.resume, parsers=context.parsers))
        return KeywordResult(
            keywords=[one.name for one in keywords],
            terms=list(dict.fromkeys(text for one in keywords for text in one.texts)),
            counts={one.name: one.count for one in keywords},
            kinds={one.name: one.kind.value for one in keywords if one.kind},
            phrases=[one.name for one in keywords if one.is_phrase],
            **{
                output: [one.name for one in analysis.skills if one.kind is kind]
                for kind, output in OUTPUTS.items()
            },
            years_of_experience=years_of_experience(analysis.lines),
            score=match.score,
            matched=match.matched,
            missing=match.missing,
        )


OUTPUTS = {
    Kind.LANGUAGE: "languages",
    Kind.FRAMEWORK: "frameworks",
    Kind.TOOL: "tools",
    Kind.METHOD: "methods",
    Kind.STANDARD: "standards",
    Kind.DOMAIN: "domains",
    Kind.SOFT: "soft_skills",
    Kind.CERTIFICATE: "certificates",
    Kind.DEGREE: "degrees",
    Kind.SPOKEN_LANGUAGE: "spoken_languages",
}
"""The output that lists the terms of a kind."""
