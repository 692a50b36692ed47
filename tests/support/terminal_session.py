"""Runs a program on a terminal of its own, and does what a user would do there.

Reads a request as JSON from standard input: {"argv", "env", "cwd", "actions", "seconds"}. An action
waits until the program has printed a text ("after"), and so many seconds more ("pause"), and then
sends characters ("send"), a signal to the program ("signal"), or closes the terminal ("close").
Prints {"output", "status", "seconds"}, where seconds are those from the last action to the end, and
status is null for a program that had to be killed.
"""

import json
import os
import pty
import select
import signal
import sys
import time

request = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(request["cwd"])
    os.execvpe(request["argv"][0], request["argv"], request["env"])

output = b""
actions = list(request["actions"])
due = None
acted = time.monotonic()
deadline = time.monotonic() + request["seconds"]
status = None
closed = False
while time.monotonic() < deadline:
    if not closed and select.select([terminal], [], [], 0.05)[0]:
        try:
            output += os.read(terminal, 65536)
        except OSError:
            closed = True
    elif closed:
        time.sleep(0.05)
    if actions and due is None and actions[0]["after"].encode() in output:
        due = time.monotonic() + actions[0].get("pause", 0)
    if due is not None and time.monotonic() >= due:
        action = actions.pop(0)
        due = None
        acted = time.monotonic()
        if "send" in action:
            os.write(terminal, action["send"].encode())
        if "signal" in action:
            os.kill(pid, getattr(signal, action["signal"]))
        if action.get("close"):
            os.close(terminal)
            closed = True
    ended, code = os.waitpid(pid, os.WNOHANG)
    if ended:
        status = os.waitstatus_to_exitcode(code)
        break
if status is None:
    os.killpg(pid, signal.SIGKILL)
while not closed and select.select([terminal], [], [], 0.2)[0]:
    try:
        output += os.read(terminal, 65536)
    except OSError:
        break
text = output.decode(errors="replace")
print(json.dumps({"output": text, "status": status, "seconds": time.monotonic() - acted}))
