#!/bin/sh
# SPDX-License-Identifier: ISC
# The clients that t/clients/ runs, on Debian: programs by apt-get, modules of
# npm below build/npm, and below build/zabbix one file of a package of which
# nothing else is of use here.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/npm build/zabbix

apt-get install -y --no-install-recommends ansible apprise curl \
	netdata-plugins-bash php-cli php-symfony-http-client \
	php-symfony-rocket-chat-notifier prometheus-alertmanager \
	ruby-slack-notifier zabbix-proxy-sqlite3
(cd build/zabbix && apt-get download zabbix-frontend-php &&
	dpkg-deb -x zabbix-frontend-php_*.deb .)

# what their installers would compile is not needed
npm install --prefix build/npm --no-audit --no-fund --ignore-scripts \
	@embeddedchat/api@0.1.3 @rocket.chat/sdk@1.0.0-alpha.42 \
	@slack/webhook@8.0.2 esbuild@0.28.2 n8n-workflow@2.41.0 \
	node-red-contrib-rocketchat@1.0.5 query-string@7.1.3 \
	rocketchat-api@1.0.5

# these two want far more than what is used of them here
for name in @rocket.chat/api-client@0.2.57 n8n-nodes-base@2.41.2; do
	file=$(cd build/npm && npm pack --silent "$name")
	mkdir -p "build/npm/node_modules/${name%@*}"
	tar -xzf "build/npm/$file" -C "build/npm/node_modules/${name%@*}" \
		--strip-components 1
done
