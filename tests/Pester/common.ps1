<#
    What every test file begins with:

        BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
        AfterAll { Close-World $world }

    A world is a simulated host in a directory of its own, the real agent over it, and the endpoint in $env:ESXAGENT_ENDPOINT. The tests run on what the
    build left: out/agent/esxagent, out/sim/esxsim and out/EsxAgent. ESXAGENT_OUT names another folder than out.
#>
Set-StrictMode -Version Latest

$script:OutFolder = $env:ESXAGENT_OUT ? $env:ESXAGENT_OUT : (Join-Path $PSScriptRoot '../../out' | Resolve-Path).Path
$script:ModuleFolder = Join-Path $OutFolder 'EsxAgent'
$script:AgentPath = Join-Path $OutFolder 'agent/esxagent'
$script:SimulatorPath = Join-Path $OutFolder 'sim/esxsim'

# Whatever a test forgets: nothing here may ever reach for the vSocket of the machine that runs the tests.
$env:ESXAGENT_ENDPOINT = 'unix:/nonexistent/no-test-has-set-an-endpoint'

# Runspaces of ForEach-Object -Parallel find the module as they would find an installed one.
if ($env:PSModulePath -notlike "$OutFolder*") {
    $env:PSModulePath = $OutFolder + [System.IO.Path]::PathSeparator + $env:PSModulePath
}

Import-Module $ModuleFolder -Force -ErrorAction Stop
# PowerShell loads what the module's assembly needs when it is needed; tests name types of it before.
'Protocol', 'Client' | ForEach-Object { $null = [System.Reflection.Assembly]::LoadFrom((Join-Path (Get-Module EsxAgent).ModuleBase "EsxAgent.$_.dll")) }

# --- the world -------------------------------------------------------------------------------------------------------------------

function Open-World {
    <# Makes a simulated host and starts the agent over it. #>
    param(
        [string] $HostProfile = '8.0',
        [string[]] $Datastore = @(),
        [string[]] $VirtualMachine = @(),
        [switch] $WithoutAgent
    )

    # Short, because the path of a Unix socket has 107 bytes at most.
    $root = Join-Path ([System.IO.Path]::GetTempPath()) ('esx-' + [System.IO.Path]::GetRandomFileName().Substring(0, 8))
    $null = New-Item -ItemType Directory -Path $root
    $world = [pscustomobject]@{
        Root     = $root
        HostRoot = Join-Path $root 'host'
        Socket   = Join-Path $root 'agent.sock'
        Endpoint = 'unix:' + (Join-Path $root 'agent.sock')
        Log      = Join-Path $root 'agent.log'
        Agent    = $null
    }
    $arguments = @('init', $world.HostRoot, '--profile', $HostProfile)
    $Datastore | ForEach-Object { $arguments += '--datastore', $_ }
    $VirtualMachine | ForEach-Object { $arguments += '--vm', $_ }
    $said = & $SimulatorPath @arguments 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "esxsim $arguments ended with ${LASTEXITCODE}: $said"
    }

    if (-not $WithoutAgent) {
        Open-Agent $world
    }

    $env:ESXAGENT_ENDPOINT = $world.Endpoint
    $world
}

function Close-World($World) {
    <# Ends the sessions and the agent, and removes the directory. #>
    Disconnect-EsxAgent -All
    Close-Agent $World
    $env:ESXAGENT_ENDPOINT = 'unix:/nonexistent/no-test-has-set-an-endpoint'
    # Not Remove-Item: that asks about a directory with hidden files, and warns of links.
    [System.IO.Directory]::Delete($World.Root, $true)
}

function Open-Agent($World, [long] $Cartel = 0) {
    <# Starts the agent and waits until it listens. A cartel names the virtual machine that calls; without one it is the first of the host. #>
    $listen = $Cartel ? "$($World.Endpoint)?as=$Cartel" : $World.Endpoint
    $start = [System.Diagnostics.ProcessStartInfo]::new($AgentPath)
    $start.RedirectStandardOutput = $true
    foreach ($one in 'serve', '--listen', $listen, '--host-root', $World.HostRoot, '--log', $World.Log) {
        $start.ArgumentList.Add($one)
    }

    $World.Agent = [System.Diagnostics.Process]::Start($start)
    $line = $World.Agent.StandardOutput.ReadLineAsync()
    if (-not $line.Wait(10000) -or $line.Result -ne "listening on $listen") {
        throw "The agent did not say that it listens: '$($line.IsCompleted ? $line.Result : '')'. Its log: $(Get-Content -LiteralPath $World.Log -Raw -ErrorAction Ignore)"
    }
}

function Close-Agent($World, [switch] $Kill) {
    <# Ends the agent in order, or at once. #>
    if ($null -eq $World.Agent) {
        return
    }

    if ($Kill) {
        $World.Agent.Kill()
    }
    elseif (-not $World.Agent.HasExited) {
        & /bin/kill -TERM $World.Agent.Id
    }

    if (-not $World.Agent.WaitForExit(25000)) {
        $World.Agent.Kill()
        throw 'The agent did not end in 25 seconds.'
    }

    $World.Agent.Dispose()
    $World.Agent = $null
}

# --- the simulated host ------------------------------------------------------------------------------------------------------------

function Get-SimulatedNode($World, [string] $Path) {
    <# The text of a vsish node. #>
    Get-Content -LiteralPath (Join-Path $World.HostRoot "vsi$Path") -Raw
}

function Set-SimulatedNode($World, [string] $Path, [string] $Text) {
    <# Writes a vsish node, with the directories around it. A tool that looks meanwhile sees the old text or the new one. #>
    $file = Join-Path $World.HostRoot "vsi$Path"
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($file))
    [System.IO.File]::WriteAllText("$($World.Root)/node.new", $Text)
    [System.IO.File]::Move("$($World.Root)/node.new", $file, $true)
}

function Edit-SimulatedNode($World, [string] $Path, [string] $Pattern, [string] $Replacement) {
    <# Replaces what matches in a vsish node; that nothing matches is an error. #>
    $file = Join-Path $World.HostRoot "vsi$Path"
    $text = Get-Content -LiteralPath $file -Raw
    if ($text -notmatch $Pattern) {
        throw "The node $Path has nothing that matches '$Pattern':`n$text"
    }

    Set-Content -LiteralPath $file -Value ($text -replace $Pattern, $Replacement) -NoNewline
}

function Hide-SimulatedNode($World, [string] $Path, [scriptblock] $While) {
    <# Takes a vsish node, or a whole directory of them, away while something runs. #>
    $file = Join-Path $World.HostRoot "vsi$Path"
    Move-Item -LiteralPath $file -Destination "$($World.Root)/hidden"
    try {
        & $While
    }
    finally {
        Move-Item -LiteralPath "$($World.Root)/hidden" -Destination $file
    }
}

function Use-Fault($World, [hashtable[]] $Fault, [scriptblock] $While) {
    <# Lets tools of the host fail while something runs, as described at the simulated host's faults.json. #>
    $file = Join-Path $World.HostRoot 'faults.json'
    Set-Content -LiteralPath $file -Value (ConvertTo-Json @($Fault) -Depth 5)
    try {
        & $While
    }
    finally {
        Set-Content -LiteralPath $file -Value '[]'
    }
}

function Use-Policy($World, [string] $Json, [scriptblock] $While) {
    <# Another policy while something runs. The agent looks once a second whether it has changed. #>
    $file = Join-Path $World.HostRoot 'etc/esxagent/policy.json'
    $before = Get-Content -LiteralPath $file -Raw
    Set-Content -LiteralPath $file -Value $Json
    try {
        Start-Sleep -Milliseconds 1100
        & $While
    }
    finally {
        Set-Content -LiteralPath $file -Value $before -NoNewline
        Start-Sleep -Milliseconds 1100
    }
}

function Get-ToolProcess($World) {
    <# The processes of the simulated host's tools that run at the moment. #>
    foreach ($folder in [System.IO.Directory]::EnumerateDirectories('/proc')) {
        $id = [System.IO.Path]::GetFileName($folder)
        if ($id -match '^\d+$') {
            $command = try { [System.IO.File]::ReadAllText("$folder/cmdline") } catch { '' }
            if ($command.StartsWith("$($World.HostRoot)/bin/")) {
                [pscustomobject]@{ Id = [int] $id; CommandLine = $command.Replace([char] 0, ' ').Trim() }
            }
        }
    }
}

function Get-RunningRequest {
    <# How many requests the agent is working on. #>
    (Get-EsxAgentStatus).RunningRequests
}

function Wait-Until([scriptblock] $Condition, [int] $Seconds = 10, [string] $Because = 'it should have happened by now') {
    <# Waits until something holds. #>
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) {
            throw "After $Seconds s still not so: $Because."
        }

        Start-Sleep -Milliseconds 20
    }
}

# --- PowerShell --------------------------------------------------------------------------------------------------------------------

function Get-Completion([string] $CommandLine) {
    <# What Tab offers at the end of a command line. #>
    (TabExpansion2 -inputScript $CommandLine -cursorColumn $CommandLine.Length).CompletionMatches
}

function Get-CompletionText([string] $CommandLine) {
    <# The values that Tab offers at the end of a command line; nothing where it offers files instead, as PowerShell does when a completer has nothing. #>
    foreach ($match in Get-Completion $CommandLine) {
        if ($match.ResultType -eq 'ParameterValue') {
            $match.CompletionText
        }
    }
}

function Get-ErrorOf([scriptblock] $Script) {
    <# The first error of a script, terminating or not. #>
    try {
        $null = & $Script 2>&1 | Tee-Object -Variable written
        $written | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Select-Object -First 1
    }
    catch {
        $_
    }
}

function Open-Runspace([scriptblock] $Script, [hashtable] $Variable = @{}, [System.Management.Automation.Host.PSHost] $PSHost = $null) {
    <# Starts a script in a runspace of its own, with the module imported. A host answers its questions; without one, a question is an error. #>
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $null = $state.ImportPSModule((Get-Item (Join-Path $ModuleFolder '*/EsxAgent.psd1')).FullName)
    foreach ($name in $Variable.Keys) {
        $state.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new($name, $Variable[$name], ''))
    }

    $runspace = $PSHost ? [runspacefactory]::CreateRunspace($PSHost, $state) : [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $shell = [powershell]::Create($runspace).AddScript($Script)
    [pscustomobject]@{ Shell = $shell; Runspace = $runspace; Running = $shell.BeginInvoke() }
}

function Measure-Stop($Other) {
    <# Stops what runs in another runspace, as Ctrl+C does, and says how many milliseconds it took to return. #>
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $Other.Shell.Stop()
    $clock.Stop()
    $clock.Elapsed.TotalMilliseconds
}

function Measure-IdleStop {
    <# How many milliseconds it takes to stop a runspace that only waits: what this machine needs for a stop, busy as it is at the moment. #>
    $idle = Open-Runspace { 'waiting'; Start-Sleep -Seconds 60 }
    try {
        Wait-Until { $idle.Shell.InvocationStateInfo.State -eq 'Running' } -Because 'the script should run'
        Start-Sleep -Milliseconds 100
        Measure-Stop $idle
    }
    finally {
        Close-Runspace $idle
    }
}

function Close-Runspace($Other) {
    <# Ends a runspace. #>
    $Other.Shell.Dispose()
    $Other.Runspace.Dispose()
}

# --- listeners that are no agents ---------------------------------------------------------------------------------------------------

function Open-Listener {
    <#
        Listens at a Unix socket and behaves badly: Reset closes each connection at once, Silent never says a word, OtherVersion speaks a protocol version of
        the future, Chatter answers with something else, Vanished leaves the socket's file behind with nobody at it.
    #>
    param([Parameter(Mandatory)] [ValidateSet('Reset', 'Silent', 'OtherVersion', 'Chatter', 'Vanished')] [string] $Behaviour)

    $path = Join-Path ([System.IO.Path]::GetTempPath()) ('esx-' + [System.IO.Path]::GetRandomFileName().Substring(0, 8) + '.sock')
    $socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
    $socket.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new($path))
    $listener = [pscustomobject]@{ Endpoint = "unix:$path"; Path = $path; Socket = $socket; Shell = $null }
    if ($Behaviour -eq 'Vanished') {
        # Bound and never listening is what a crashed listener leaves: the file is there, connecting is refused.
        return $listener
    }

    $socket.Listen(16)
    $listener.Shell = [powershell]::Create().AddScript({
            param([System.Net.Sockets.Socket] $Socket, [string] $Behaviour)
            $held = [System.Collections.Generic.List[object]]::new()
            while ($true) {
                $guest = $Socket.Accept()
                $held.Add($guest)
                $answer = $null
                switch ($Behaviour) {
                    'Reset' {
                        $guest.Dispose()
                    }
                    'OtherVersion' {
                        $null = $guest.Receive([byte[]]::new(65536))
                        $message = 'The agent speaks version 9 of the protocol, this client version 1.'
                        $answer = ConvertTo-Json -Compress -Depth 5 @{
                            jsonrpc = '2.0'; id = 1
                            error   = @{ code = -32003; message = $message; data = @{ kind = 'ProtocolMismatch'; status = 'FAILED_PRECONDITION'; retryable = $false; agentVersions = @(9); clientVersions = @(1) } }
                        }
                        $answer = "Content-Length: $([System.Text.Encoding]::UTF8.GetByteCount($answer))`r`n`r`n$answer"
                    }
                    'Chatter' {
                        $answer = "HTTP/1.1 400 Bad Request`r`nServer: something`r`nContent-Type: text/plain`r`n`r`nno`r`n"
                    }
                }

                if ($answer) {
                    $null = $guest.Send([System.Text.Encoding]::UTF8.GetBytes($answer))
                }
            }
        }).AddArgument($socket).AddArgument($Behaviour)
    $null = $listener.Shell.BeginInvoke()
    $listener
}

function Close-Listener($Listener) {
    <# Ends a listener. #>
    $Listener.Socket.Dispose()
    if ($Listener.Shell) {
        $Listener.Shell.Dispose()
    }

    Remove-Item -LiteralPath $Listener.Path -Force -ErrorAction Ignore
}
