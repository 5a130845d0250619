"""The command `semeq completion`: what a shell reads so that Tab completes semeq's commands, options and names."""

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem, get_completion_class

from ..app.config import mapping_folders
from ..mappings.library import Mapping, names_of

PROGRAMS = ("semeq", "semeq-daemon")

Completed = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what SHELL has to read for Tab to complete semeq and semeq-daemon.

    bash: put `eval "$(semeq completion bash)"` into ~/.bashrc

    zsh: put `eval "$(semeq completion zsh)"` into ~/.zshrc, after compinit

    fish: put `semeq completion fish | source` into ~/.config/fish/config.fish
    """
    if kind := get_completion_class(shell):
        for program in PROGRAMS:
            # Only the text is made here; which commands there are is asked of the program when Tab is pressed.
            script = kind(click.Command(program), {}, program, f"_{program.replace('-', '_').upper()}_COMPLETE")
            click.echo(script.source())


def names(kind: type[Mapping]) -> Completed:
    """Complete the name of a file of a kind: a host, a plug-in, a surface."""

    def complete(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        known = names_of(kind, mapping_folders())
        return [CompletionItem(name) for name in known if name.startswith(begun.lower())]

    return complete
