# Prints the status of a text: ruby ruby.rb <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
require 'json'
require 'net/http'

response = Net::HTTP.get_response(
  URI("#{ENV.fetch('SMSBRIDGE_URL')}/v1/messages/#{ARGV.fetch(0)}"),
  'Authorization' => "Bearer #{ENV.fetch('SMSBRIDGE_API_KEY')}"
)
answer = JSON.parse(response.body)
abort "#{answer['code']}: #{answer['detail']} #{answer['action']}" unless response.is_a?(Net::HTTPSuccess)
puts answer['status']
