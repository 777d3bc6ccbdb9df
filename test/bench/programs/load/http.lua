-- What wrk asks of the file server: `-- path=size ...`, one path after the other on whichever connection is free; a file holds its path's
-- last letter, again and again. Writes one line of JSON: how many answers came, how many were wrong or missing, how long it took, and
-- the waits' 50th and 99th percentile in seconds.
local paths, bodies, turn = {}, {}, 0
bad = 0

local client
function setup(thread) client = thread end

function init(arguments)
    for _, argument in ipairs(arguments) do
        local path, size = argument:match("^(%w+)=(%d+)$")
        paths[#paths + 1] = path
        bodies[path:sub(-1)] = path:sub(-1):rep(tonumber(size))
    end
end

function request()
    turn = turn % #paths + 1
    return wrk.format(nil, "/" .. paths[turn])
end

function response(status, headers, body)
    if status ~= 200 or bodies[body:sub(1, 1)] ~= body then bad = bad + 1 end
end

function done(summary, latency)
    local e = summary.errors
    -- A time-out is not one of them: an answer that took long came in the end, or is missed as a read error.
    local wrong = client:get("bad") + e.connect + e.read + e.write + e.status
    io.write(string.format('{"answers": %d, "bad": %d, "seconds": %.6f, "p50": %.6f, "p99": %.6f}\n', summary.requests, wrong,
        summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
