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
  local waits = (status == "429" or status == "503") and headers:get("retry-after") == nil
  if not waits and ready == nil then
    return
  end
  local body = handle:body(true)
  headers = handle:headers() -- the one from before is void: waiting for the body let go of it
  if waits then
    local delay = string.match(body:getBytes(0, body:length()), '"retry_delay":"([%d.]+)s"')
    if delay ~= nil then
      headers:replace("retry-after", tostring(math.max(1, math.ceil(tonumber(delay)))))
    end
  end
  if ready ~= nil then
    body:setBytes(ready)
    headers:replace("content-type", "application/json")
    headers:replace("content-length", tostring(#ready))
  end
end
