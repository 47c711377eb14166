-- Runs on every response, after it was transcoded. Looks at the status first: most responses are good.
function envoy_on_response(handle)
  local headers = handle:headers()
  local ready = headers:get("uat-error-body")
  if ready ~= nil then
    headers:remove("uat-error-body")
  end
  local status = headers:get(":status")
  if status < "400" then
    return
  end
  local openai = handle:metadata():get("openai")
  local waits = (status == "429" or status == "503") and headers:get("retry-after") == nil
  if not waits and not openai then
    return
  end
  local body = handle:body(true)
  headers = handle:headers() -- the one from before is void: waiting for the body let go of it
  local text = body:getBytes(0, body:length())
  if waits then
    local delay = string.match(text, '"retry_delay":"([%d.]+)s"')
    if delay == nil and headers:get("x-ratelimit-remaining") == "0" then
      delay = headers:get("x-ratelimit-reset")
    end
    if delay ~= nil then
      headers:replace("retry-after", tostring(math.max(1, math.ceil(tonumber(delay)))))
    end
  end
  if openai then
    ready = ready or openai_error(status, text)
  end
  if ready ~= nil then
    body:setBytes(ready)
    headers:replace("content-type", "application/json")
    headers:replace("content-length", tostring(#ready))
  end
end

-- OpenAI's shape of a google.rpc.Status in JSON; nil when the text is none. The message stays escaped as it is.
function openai_error(status, text)
  local message = string.match(text, '^{"code":%d+,"message":(".-"),"details":')
  if message == nil then
    return nil
  end
  local kind = "server_error"
  if status == "429" then
    kind = "rate_limit_error"
  elseif status < "500" then
    kind = "invalid_request_error"
  end
  return '{"error":{"message":' .. message .. ',"type":"' .. kind .. '","param":null,"code":null}}'
end
