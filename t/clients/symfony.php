<?php
// SPDX-License-Identifier: ISC
// symfony/rocket-chat-notifier of Debian: what a web program tells a room.
const DIR = '/usr/share/php/Symfony/Component/';
require DIR . 'Notifier/Bridge/RocketChat/autoload.php';
require DIR . 'HttpClient/autoload.php';

use Symfony\Component\HttpClient\HttpClient;
use Symfony\Component\Notifier\Bridge\RocketChat\RocketChatOptions;
use Symfony\Component\Notifier\Bridge\RocketChat\RocketChatTransportFactory;
use Symfony\Component\Notifier\Message\ChatMessage;
use Symfony\Component\Notifier\Transport\Dsn;

$client = HttpClient::create(['cafile' => getenv('CERT')]);
$factory = new RocketChatTransportFactory(null, $client);

function send($factory, $channel, $message)
{
	$transport = $factory->create(new Dsn(sprintf(
		'rocketchat://%s@localhost:%s?channel=%s', getenv('TOKEN'),
		getenv('PORT'), rawurlencode($channel))));
	try {
		$transport->send($message);
		echo "sent\n";
	} catch (Exception $e) {
		echo $e->getMessage(), "\n";
	}
}

send($factory, '#dev', new ChatMessage('a bill is due'));
send($factory, '#dev', new ChatMessage('it is paid', new RocketChatOptions(
	['title' => 'Bill 7', 'text' => '3 of 3', 'color' => '#00ff00'])));
send($factory, '#nowhere', new ChatMessage('lost'));
