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
  local shaped = ERRORS[handle:metadata():get("shape")]
  local waits = (status == "429" or status == "503") and headers:get("retry-after") == nil
  if not waits and shaped == nil then
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
  if shaped ~= nil then
    ready = ready or shaped(status, text)
  end
  if ready ~= nil then
    body:setBytes(ready)
    headers:replace("content-type", "application/json")
    headers:replace("content-length", tostring(#ready))
  end
end

-- The message of a google.rpc.Status in JSON, quoted and escaped as it is there; nil when the text is none.
function message_of(text)
  return string.match(text, '^{"code":%d+,"message":(".-"),"details":')
end

-- OpenAI's shape of a google.rpc.Status in JSON; nil when the text is none.
function openai_error(status, text)
  local message = message_of(text)
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

-- The Open Inference Protocol's shape.
function open_inference_error(status, text)
  local message = message_of(text)
  return message and '{"error":' .. message .. '}'
end

-- By the shape that the route's contract names.
ERRORS = { OPENAI = openai_error, OPEN_INFERENCE = open_inference_error }
