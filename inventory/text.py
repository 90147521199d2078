"""Text in both languages of the product."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]


class Text(BaseModel):
    """One sentence or name in Chinese and in English; both are always there."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en
