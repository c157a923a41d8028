# The table from error to PowerShell category, and what every error record has.

BeforeDiscovery {
    . $PSScriptRoot/common.ps1
    $kinds = [EsxAgent.Protocol.Errors.ErrorKind]::All | ForEach-Object { @{ Kind = $_; KindName = $_.Name } }
    $failures = [enum]::GetValues([EsxAgent.Client.ConnectionFailure]) | ForEach-Object { @{ Failure = $_ } }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $assembly = (Get-Module EsxAgent).ImplementingAssembly
    $factories = $assembly.GetType('EsxAgent.Errors.ErrorRecords')
    $endpoint = [EsxAgent.Protocol.Endpoints.Endpoint]::Parse('unix:/nonexistent/agent.sock')

    function Get-AgentRecord([EsxAgent.Protocol.Errors.WireError] $WireError) {
        $exception = [EsxAgent.Client.AgentException]::new($endpoint, 'host/info', $WireError)
        $factories.GetMethod('OfAgent').Invoke($null, @($exception, 'the target'))
    }

    function Get-ConnectionRecord([EsxAgent.Client.ConnectionFailure] $Failure, [object] $Target) {
        $exception = [EsxAgent.Client.ConnectionException]::new($Failure, $endpoint, 'What happened.', 'What to do.', $null)
        $factories.GetMethod('OfConnection').Invoke($null, @($exception, $Target))
    }

    $categories = @{
        ParseError = 'ProtocolError'; InvalidRequest = 'ProtocolError'; MethodNotFound = 'ProtocolError'; InvalidParams = 'InvalidArgument'
        InternalError = 'NotSpecified'; FrameTooLarge = 'ProtocolError'; ServerNotInitialized = 'ProtocolError'; ProtocolMismatch = 'ProtocolError'
        RequestCancelled = 'OperationStopped'; DeadlineExceeded = 'OperationTimeout'; AccessDenied = 'PermissionDenied'; PeerUnidentified = 'PermissionDenied'
        VolumeNotFound = 'ObjectNotFound'; SidecarNotFound = 'ObjectNotFound'; DatastoreNotFound = 'ObjectNotFound'; VsiNodeNotFound = 'ObjectNotFound'
        VolumeAlreadyExists = 'ResourceExists'; SidecarAlreadyExists = 'ResourceExists'; OperationConflict = 'ResourceBusy'; VolumeInUse = 'ResourceBusy'
        QuotaExceeded = 'QuotaExceeded'; DatastoreFull = 'LimitsExceeded'; SizeOutOfRange = 'InvalidArgument'; CapabilityMissing = 'NotSpecified'
        ToolFailed = 'NotSpecified'; ToolTimeout = 'OperationTimeout'; MetadataDamaged = 'NotSpecified'; TooBusy = 'LimitsExceeded'; ShuttingDown = 'ConnectionError'
    }
}

Describe 'An error of the agent: <KindName>' -ForEach $kinds {
    It 'keeps its kind as error id, and has its category, target and recommendation' {
        $record = Get-AgentRecord ([EsxAgent.Protocol.Errors.WireError]::new($Kind, 'What happened.'))
        $record.FullyQualifiedErrorId | Should -BeExactly $KindName
        $record.CategoryInfo.Category | Should -Be $categories[$KindName]
        $record.TargetObject | Should -Be 'the target'
        $record.ErrorDetails.Message | Should -Be 'What happened.'
    }
}

Describe 'An error about a volume' {
    BeforeAll {
        function Get-VolumeRecord([string] $Json) {
            $wire = [EsxAgent.Protocol.Errors.WireError]::Read([System.Text.Json.JsonDocument]::Parse($Json).RootElement)
            $factories.GetMethod('OfVolume').Invoke($null, @([EsxAgent.Client.AgentException]::new($endpoint, 'volume/copy', $wire), 'asked@ssd1'))
        }
    }

    It 'has the volume as target, not the parameter or datastore that the agent names' {
        (Get-VolumeRecord '{ "code": -32602, "message": "No.", "data": { "kind": "InvalidParams", "target": "name" } }').TargetObject | Should -Be 'asked@ssd1'
        (Get-VolumeRecord '{ "code": -32020, "message": "No.", "data": { "kind": "DatastoreNotFound", "target": "ssd9" } }').TargetObject | Should -Be 'asked@ssd1'
        (Get-VolumeRecord '{ "code": -32020, "message": "No.", "data": { "kind": "VolumeNotFound" } }').TargetObject | Should -Be 'asked@ssd1'
    }

    It 'has the volume as target that the agent names, where that is another one' {
        (Get-VolumeRecord '{ "code": -32021, "message": "No.", "data": { "kind": "VolumeAlreadyExists", "target": "copy@ssd1" } }').TargetObject | Should -Be 'copy@ssd1'
    }

    It 'says what to do: <Kind>' -ForEach @(
        'InvalidParams', 'VolumeNotFound', 'DatastoreNotFound', 'VolumeAlreadyExists', 'OperationConflict', 'VolumeInUse', 'SizeOutOfRange', 'QuotaExceeded', 'DatastoreFull',
        'MetadataDamaged', 'AccessDenied', 'CapabilityMissing', 'ToolFailed', 'ToolTimeout', 'TooBusy' | ForEach-Object { @{ Kind = $_ } }
    ) {
        (Get-VolumeRecord "{ ""code"": 1, ""message"": ""No."", ""data"": { ""kind"": ""$Kind"" } }").ErrorDetails.RecommendedAction | Should -Match '\.$'
        (Get-VolumeRecord "{ ""code"": 1, ""message"": ""No."", ""data"": { ""kind"": ""$Kind"", ""recommendedAction"": ""Do it."" } }").ErrorDetails.RecommendedAction |
            Should -Be 'Do it.' -Because 'the agent knows better'
    }
}

Describe 'A failed connection: <Failure>' -ForEach $failures {
    It 'has its name as error id, a category, the endpoint as target, and a recommendation' {
        $record = Get-ConnectionRecord $Failure $null
        $record.FullyQualifiedErrorId | Should -BeExactly "$Failure"
        $record.CategoryInfo.Category | Should -BeIn 'ConnectionError', 'OperationTimeout', 'PermissionDenied', 'ProtocolError'
        $record.TargetObject | Should -Be 'unix:/nonexistent/agent.sock'
        $record.ErrorDetails.RecommendedAction | Should -Be 'What to do.'
    }
}

Describe 'Errors' {
    It 'name what the agent named, rather than what was asked' {
        $wire = [EsxAgent.Protocol.Errors.WireError]::Read([System.Text.Json.JsonDocument]::Parse(
                '{ "code": -32030, "message": "The tool failed.", "data": { "kind": "ToolFailed", "target": "ssd1", "recommendedAction": "Look at it.", "toolError": "line 1\nline 2\n" } }').RootElement)
        $record = Get-AgentRecord $wire
        $record.TargetObject | Should -Be 'ssd1'
        $record.ErrorDetails.RecommendedAction | Should -Be 'Look at it.'
        $record.ErrorDetails.Message | Should -BeLike "The tool failed.*line 1`nline 2"
    }

    It 'of a newer agent keep their name and go by their status' {
        $wire = [EsxAgent.Protocol.Errors.WireError]::Read([System.Text.Json.JsonDocument]::Parse(
                '{ "code": -32099, "message": "New.", "data": { "kind": "SomethingNew", "status": "ALREADY_EXISTS" } }').RootElement)
        $record = Get-AgentRecord $wire
        $record.FullyQualifiedErrorId | Should -Be 'SomethingNew'
        $record.CategoryInfo.Category | Should -Be 'ResourceExists'
    }

    It 'have ids of their own: no factory takes one that the wire or the connection has' {
        $own = $factories.GetMethods([System.Reflection.BindingFlags]'Public, Static') | Where-Object Name -NotLike 'Of*' | ForEach-Object Name | Select-Object -Unique
        $own.Count | Should -BeGreaterThan 4
        $taken = @([EsxAgent.Protocol.Errors.ErrorKind]::All.Name) + [enum]::GetNames([EsxAgent.Client.ConnectionFailure])
        # Three are the same error, whoever finds it: the host, or the module in the host's list.
        $own | Where-Object { $_ -in $taken } | Sort-Object | Should -Be 'DatastoreNotFound', 'SidecarNotFound', 'VolumeNotFound'
        [EsxAgent.Protocol.Errors.ErrorKind]::All.Name | Select-Object -Unique | Should -Be @([EsxAgent.Protocol.Errors.ErrorKind]::All.Name)
    }

    It 'are all in about_EsxAgent_Errors that this version can give' {
        $topic = Get-Content -LiteralPath (Join-Path (Get-Module EsxAgent).ModuleBase 'en-US/about_EsxAgent_Errors.help.txt') -Raw
        $own = $factories.GetMethods([System.Reflection.BindingFlags]'Public, Static') | Where-Object Name -NotLike 'Of*' | ForEach-Object Name | Select-Object -Unique
        # A closed session is told as SessionClosed, a directory of a drive as VsiNodeNotFound; one of them only puts an error into an exception.
        $others = 'Closed', 'VsiDirectoryNotFound', 'InException'
        $given = @($own) + [EsxAgent.Protocol.Errors.ErrorKind]::All.Name + [enum]::GetNames([EsxAgent.Client.ConnectionFailure]) | Where-Object { $_ -notin $others }
        $given | Where-Object { $topic -notmatch "\b$_\b" } | Should -BeNullOrEmpty
    }
}
