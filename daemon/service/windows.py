"""On Windows, which has no services of a user's own: what to tell its task scheduler, line by line.

Sources: the documentation of the PowerShell module ScheduledTasks. Never run on Windows so far.
"""

from collections.abc import Sequence
from subprocess import list2cmdline

TASK = "semeq"


def advice(what: str, command: Sequence[str]) -> str:
    """Lines for PowerShell that install, start, stop, show or remove a task that runs a command."""
    program, *options = (word.replace("'", "''") for word in command)
    install = (
        f"$action = New-ScheduledTaskAction -Execute '{program}' -Argument '{list2cmdline(options)}'",
        "$trigger = New-ScheduledTaskTrigger -AtLogOn -User $env:USERNAME",
        "$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1)"
        " -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries",
        f"Register-ScheduledTask {TASK} -Action $action -Trigger $trigger -Settings $settings",
    )
    lines = {
        "install": install,
        "start": (f"Start-ScheduledTask {TASK}",),
        "stop": (f"Stop-ScheduledTask {TASK}",),
        "status": (f"Get-ScheduledTask {TASK} | Get-ScheduledTaskInfo",),
        "remove": (f"Unregister-ScheduledTask {TASK}",),
    }
    return "\n".join(("In PowerShell:", "", *(f"    {line}" for line in lines[what])))
