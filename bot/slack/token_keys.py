"""Sealing tokens for the database and opening them again, with the keys of TOKEN_ENCRYPTION_KEYS."""

from collections.abc import Sequence

from pydantic import SecretStr

from bot.settings import SettingsError


class UnreadableToken(SettingsError):
    """No key opens what is in the database: a key is missing in the settings."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"TOKEN_ENCRYPTION_KEYS: no key in it reads the token of workspace {workspace}. "
            "Put the key back that was used when the bot was installed there, or install it there again."
        )


class TokenKeys:
    """The keys, newest first: the first one seals, any of them opens."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 – slow, and one workspace alone needs no keys

        fernets = [Fernet(key.get_secret_value()) for key in keys]
        self._newest, self._all = fernets[0], MultiFernet(fernets)

    def seal(self, token: str) -> str:
        """The token as the database keeps it."""
        return self._newest.encrypt(token.encode()).decode()

    def open(self, workspace: str, sealed: str) -> str:
        """The token. Raises `UnreadableToken`."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            return self._all.decrypt(sealed).decode()
        except InvalidToken:
            raise UnreadableToken(workspace) from None

    def is_sealed_with_newest(self, sealed: str) -> bool:
        """Whether the older keys are not needed for it."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True
