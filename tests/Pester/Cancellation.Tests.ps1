BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'Ctrl+C' {
    It 'ends <Cmdlet> in less than 100 ms while a tool of the host hangs, and the host stops the tool' -ForEach @(
        @{ Cmdlet = 'Get-EsxHostInfo -Refresh'; Fault = @{ tool = 'vsish'; arguments = '*cpuModelName*'; nth = 1; hang = @{} } }
        @{ Cmdlet = 'Get-EsxVsiNode /memory/*'; Fault = @{ tool = 'vsish'; arguments = '*comprehensive*'; nth = 1; hang = @{} } }
        @{ Cmdlet = 'Watch-EsxVsiNode /memory/comprehensive'; Fault = @{ tool = 'vsish'; arguments = '*comprehensive*'; nth = 1; hang = @{} } }
        @{ Cmdlet = 'Get-EsxVMIdentity -All'; Fault = @{ tool = 'vsish'; arguments = '*ls /userworld/cartel'; nth = 1; hang = @{} } }
        @{ Cmdlet = 'Get-EsxDatastore'; Fault = @{ tool = 'esxcli'; arguments = '*storage filesystem*'; nth = 1; hang = @{} } }
    ) {
        $session = Connect-EsxAgent
        $met = Join-Path $world.HostRoot 'run/faults'
        Remove-Item -Path "$met/*"
        Use-Fault $world $Fault {
            $other = Open-Runspace ([scriptblock]::Create("$Cmdlet -Session `$handed")) @{ handed = $session }
            try {
                # The counter of the n-th call says so. A process alone does not: the long-lived vsish is there before it is asked what it hangs at.
                Wait-Until { Get-ChildItem -Path $met -File | Where-Object Length -GT 0 } -Because 'the tool should hang'
                $milliseconds = Measure-Stop $other
                $milliseconds | Should -BeLessThan 100
                $other.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
                Wait-Until { -not (Get-ToolProcess $world) } -Because 'the agent should have stopped the tool'
                $session.State | Should -Be 'Open'
            }
            finally {
                Close-Runspace $other
            }
        }

        (Get-EsxHostInfo -Session $session).Name | Should -Be 'esx01.lab.example' -Because 'the session goes on'
        Disconnect-EsxAgent $session
    }

    It 'ends <Cmdlet> in less than 100 ms while nobody answers' -ForEach @(
        @{ Cmdlet = 'Connect-EsxAgent' }
        @{ Cmdlet = 'Test-EsxAgent -Detailed' }
        @{ Cmdlet = 'Get-EsxHostInfo' }
    ) {
        $listener = Open-Listener -Behaviour Silent
        $other = Open-Runspace ([scriptblock]::Create($Cmdlet)) @{ EsxAgentEndpoint = $listener.Endpoint }
        try {
            Start-Sleep -Milliseconds 500
            Measure-Stop $other | Should -BeLessThan 100
            $other.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            Close-Runspace $other
            Close-Listener $listener
        }
    }

    It 'ends Measure-EsxAgent in less than 100 ms in the middle, and the session goes on' {
        $session = Connect-EsxAgent
        $other = Open-Runspace { Measure-EsxAgent -Count 1000000 -Session $handed } @{ handed = $session }
        try {
            Start-Sleep -Milliseconds 500
            Measure-Stop $other | Should -BeLessThan 100
        }
        finally {
            Close-Runspace $other
        }
        (Get-EsxHostInfo -Session $session).Name | Should -Be 'esx01.lab.example'
        Disconnect-EsxAgent $session
    }

    It 'ends a wait for a connection that is being made anew, in less than 100 ms' {
        $session = Connect-EsxAgent
        Close-Agent $world
        $other = Open-Runspace { Get-EsxHostInfo -Session $handed } @{ handed = $session }
        try {
            Wait-Until { $session.State -eq 'Reconnecting' } -Because 'the request should make the connection anew'
            Wait-Until { $other.Shell.Streams.Progress.Count -gt 0 } -Because 'the person should be told'
            $other.Shell.Streams.Progress[0].Activity | Should -BeLike 'Connecting anew to *'
            Measure-Stop $other | Should -BeLessThan 100
        }
        finally {
            Close-Runspace $other
            Open-Agent $world
        }
        (Get-EsxHostInfo -Session $session).Name | Should -Be 'esx01.lab.example'
        Disconnect-EsxAgent $session
    }

    It 'of one runspace leaves what another asks through the same session alone' {
        $session = Connect-EsxAgent
        Use-Fault $world @{ tool = 'esxcli'; arguments = '*storage filesystem*'; count = 2; hang = @{ seconds = 2 } } {
            $stopped = Open-Runspace { Get-EsxDatastore -Session $handed } @{ handed = $session }
            $going = Open-Runspace { Get-EsxDatastore -Session $handed } @{ handed = $session }
            try {
                Wait-Until { @(Get-ToolProcess $world).Count -ge 2 } -Because 'both tools should hang'
                Measure-Stop $stopped | Should -BeLessThan 100
                $result = $going.Shell.EndInvoke($going.Running)
                $result.Name | Should -Be 'datastore1', 'ssd1'
            }
            finally {
                Close-Runspace $stopped
                Close-Runspace $going
            }
        }
        Disconnect-EsxAgent $session
    }
}
