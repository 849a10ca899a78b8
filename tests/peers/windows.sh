# SPDX-License-Identifier: Apache-2.0
# What Argo CD says of sync windows, asked of a real one and of the demonstration's alike. Sourced; needs
# api METHOD PATH [BODY], which prints the answer and, on a line of its own, the status.
# shellcheck shell=sh

# set_windows LIST: the windows of the project default.
set_windows() {
	api GET /projects/default | sed '$d' >"$work/project.json"
	api PUT /projects/default "$(jq -c --argjson w "$1" '{project: (.spec.syncWindows = $w)}' "$work/project.json")" >"$work/put"
	tail -n 1 "$work/put" | grep -qx 200
}
deny='{"kind":"deny","schedule":"* * * * *","duration":"1h","applications":["*"],"manualSync":false}'
never='{"kind":"allow","schedule":"0 0 29 2 *","duration":"1m","applications":["*"],"manualSync":false}'
# windows_of NAME: as the API tells them, in one line.
windows_of() { api GET "/applications/$1/syncwindows" | sed '$d' | jq -Sc .; }

# windows_contract APPLICATION: the same sentences for whichever Argo CD.
windows_contract() {
	ok "without windows" set_windows '[]'
	is "everything may sync" "$(windows_of "$1")" '{"canSync":true}'
	ok "a deny window that is active" set_windows "[$deny]"
	is "closes, and is named twice" "$(windows_of "$1")" \
		'{"activeWindows":[{"duration":"1h","kind":"deny","manualSync":false,"schedule":"* * * * *"}],"assignedWindows":[{"duration":"1h","kind":"deny","manualSync":false,"schedule":"* * * * *"}],"canSync":false}'
	is "a sync is refused" "$(api POST "/applications/$1/sync" '{}' | tail -n 1)" 403
	is "in these words" "$(api POST "/applications/$1/sync" '{}' | sed '$d' | jq -c '[.code, .message]')" \
		'[7,"cannot sync: blocked by sync window"]'
	ok "one that people may pass" set_windows "[$(echo "$deny" | sed 's/"manualSync":false/"manualSync":true/')]"
	is "lets them" "$(windows_of "$1" | jq .canSync)" true
	ok "an allow window that is not active" set_windows "[$never]"
	is "closes as well, and is assigned only" "$(windows_of "$1" | jq -c '[.canSync, has("activeWindows"), (.assignedWindows | length)]')" \
		'[false,false,1]'
	ok "without windows" set_windows '[]'
	is "all is open again" "$(windows_of "$1" | jq .canSync)" true
}
