#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Promotion steps against a real git server behind TLS and a password: nginx, fcgiwrap, git http-backend.
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin
need nginx fcgiwrap git openssl
backend=$(git --exec-path)/git-http-backend
[ -x "$backend" ] || skip_all "git http-backend is not installed"
helper=${builddir:-build}/tests/story/helper_git
[ -x "$helper" ] || skip_all "$helper is not built"

port=$(free_port)
host=localhost:$port
mkdir -p "$work/srv" "$work/nginx"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
printf 'ada:%s\n' "$(openssl passwd -apr1 s3cret-word)" >"$work/htpasswd"
cat >"$work/nginx.conf" <<C
$([ "$(id -u)" = 0 ] && echo 'user root;')
daemon off; worker_processes 1; pid $work/nginx/pid; error_log $work/nginx/error.log;
events {}
http {
	access_log $work/nginx/access.log;
	client_body_temp_path $work/nginx/body; fastcgi_temp_path $work/nginx/fastcgi;
	proxy_temp_path $work/nginx/proxy; scgi_temp_path $work/nginx/scgi; uwsgi_temp_path $work/nginx/uwsgi;
	server {
		listen 127.0.0.1:$port ssl; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
		client_max_body_size 0;
		location /broken/ { return 503; }
		location / {
			auth_basic git; auth_basic_user_file $work/htpasswd;
			fastcgi_pass unix:$work/fcgi; fastcgi_param SCRIPT_FILENAME $backend;
			fastcgi_param GIT_PROJECT_ROOT $work/srv; fastcgi_param GIT_HTTP_EXPORT_ALL "";
			fastcgi_param PATH_INFO \$uri; fastcgi_param QUERY_STRING \$query_string;
			fastcgi_param REQUEST_METHOD \$request_method; fastcgi_param CONTENT_TYPE \$content_type;
			fastcgi_param CONTENT_LENGTH \$content_length; fastcgi_param REMOTE_USER \$remote_user;
			fastcgi_param REMOTE_ADDR \$remote_addr;
		}
	}
}
C
fcgiwrap -s "unix:$work/fcgi" >"$work/fcgi.log" 2>&1 &
later $!
nginx -e "$work/nginx/error.log" -c "$work/nginx.conf" >"$work/nginx/out" 2>&1 &
later $!
wait_for 10 is_listening "$port" || { echo "Bail out! nginx does not start"; exit 1; }

git init -q --bare "$work/srv/a.git"
git -C "$work/srv/a.git" config http.receivepack true
git init -q "$work/seed"
i=0
while [ $i -lt 200 ]; do
	mkdir -p "$work/seed/d$((i % 10))"
	echo "file $i" >"$work/seed/d$((i % 10))/f$i"
	i=$((i + 1))
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q "$work/srv/a.git" main

n=0
url=https://$host/a.git
# steps ARGUMENTS...: runs steps in a new work directory, with its own mirrors.
steps() {
	n=$((n + 1))
	"$helper" "$work/w$n" "$work/mirrors$n" "$@"
}
clone() { printf '{"repoURL":"%s","insecureSkipTLSVerify":%s,"checkout":[{"path":"src"}]}' "$url" "${1:-false}"; }
# fails_with WORDS ARGUMENTS...: the steps fail, with these words and without the password.
fails_with() {
	words=$1
	shift
	if steps "$@" >"$work/out" 2>&1; then cat "$work/out"; return 1; fi
	cat "$work/out"
	grep -q -- "$words" "$work/out" && ! grep -q 's3cret-word\|wrong-word' "$work/out"
}

ok "a certificate that nobody vouches for ends it" \
	fails_with "is not trusted" -u ada -p s3cret-word git-clone "$(clone)"
ok "unless it is not to be checked" steps -u ada -p s3cret-word git-clone "$(clone true)"
is "and all files are there" "$(find "$work/w$n/src" -type f -name 'f*' | wc -l)" 200
export SSL_CERT_FILE="$work/cert.pem"
ok "with its authority known, it is fine" steps -u ada -p s3cret-word git-clone "$(clone)"
ok "a wrong password is refused" fails_with "were refused" -u ada -p wrong-word git-clone "$(clone)"
ok "without one, it is said where to put it" fails_with "netrc" git-clone "$(clone)"

echo "machine localhost login ada password s3cret-word" >"$HOME/.netrc"
ok "a password in ~/.netrc is found" steps git-clone "$(clone)"
rm "$HOME/.netrc"
git config --global credential.helper '!f() { echo username=ada; echo password=s3cret-word; }; f'
ok "a credential helper is asked" steps git-clone "$(clone)"
git config --global --unset credential.helper
git config --global "url.https://$host/.insteadOf" short:
url=short:a.git
ok "insteadOf is obeyed" steps -u ada -p s3cret-word git-clone "$(clone)"
url=https://ada:s3cret-word@$host/a.git
ok "a password in the url works" steps git-clone "$(clone)"
ok "and is not left in the checkout" sh -c "! grep -r s3cret-word '$work/w$n' '$work/mirrors$n'"
url=https://$host/a.git

ok "clone, edit, commit and push" steps -u ada -p s3cret-word git-clone "$(clone)" -x 'echo new >src/d1/f1' \
	git-commit '{"path":"src","message":"edit"}' git-push '{"path":"src"}'
is "arrive" "$(git -C "$work/srv/a.git" log -1 --format=%s main)" edit
is "as the checkout has it" "$(git -C "$work/srv/a.git" rev-parse main)" "$(git -C "$work/w$n/src" rev-parse HEAD)"
ok "what others pushed meanwhile comes first" steps -u ada -p s3cret-word git-clone "$(clone)" \
	-x "cd '$work/seed' && git pull -q '$work/srv/a.git' main && echo theirs >theirs && git add -A &&
		git commit -qm theirs && git push -q '$work/srv/a.git' main" \
	-x 'echo ours >src/ours' git-commit '{"path":"src","message":"ours"}' git-push '{"path":"src"}'
is "in this order" "$(git -C "$work/srv/a.git" log -3 --format=%s main | tr '\n' ' ')" "ours theirs edit "
ok "a tag" steps -u ada -p s3cret-word git-clone "$(clone)" \
	git-tag '{"path":"src","tag":"v1","message":"one"}' git-push '{"path":"src","tag":"v1"}'
is "arrives, too" "$(git -C "$work/srv/a.git" cat-file -t v1)" tag

url=https://$host/none.git
ok "a repository that is not there is not found" fails_with "not-found" -u ada -p s3cret-word git-clone "$(clone)"
url=https://$host/broken/a.git
ok "a server in trouble may be asked again" fails_with "git-clone: net: .*503" git-clone "$(clone)"
url=https://localhost:1/a.git
ok "a server that is not there is named" fails_with "localhost:1" git-clone "$(clone)"
done_testing
