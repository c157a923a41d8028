<#
.SYNOPSIS
    Makes the module's help file (MAML) from the markdown in docs/en-US.
.DESCRIPTION
    Microsoft.PowerShell.PlatyPS reads the markdown and writes MAML. What it writes is then set right for the console, because version 1.0
    leaves an example's code in its introduction with the fences around it, line breaks of the source in the text, an empty link to an
    online version, and default values out.
.PARAMETER MarkdownPath
    The folder with one markdown file a cmdlet.
.PARAMETER OutputFolder
    The en-US folder of the assembled module; EsxAgent.dll-Help.xml is written there.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $MarkdownPath,
    [Parameter(Mandatory)] [string] $OutputFolder
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module Microsoft.PowerShell.PlatyPS

function Get-PlainText([string] $Text) {
    # A paragraph is one line: the console wraps it by its own width. Backticks mark code in markdown only.
    ($Text -replace '\s*\r?\n\s*', ' ' -replace '`', '').Trim()
}

function Edit-Example([System.Xml.XmlElement] $Example, [System.Xml.XmlNamespaceManager] $Names) {
    $introduction = $Example.SelectSingleNode('maml:introduction', $Names)
    $code = $Example.SelectSingleNode('dev:code', $Names)
    $remarks = $Example.SelectSingleNode('dev:remarks', $Names)
    foreach ($paragraph in @($introduction.SelectNodes('maml:para', $Names))) {
        if ($paragraph.InnerText -match '(?s)^```powershell\r?\n(?<code>.*?)\r?\n```$') {
            $code.InnerText = $Matches.code
            $null = $introduction.RemoveChild($paragraph)
        }
        elseif ($paragraph.InnerText.Trim([char] 0x80, ' ') -eq '') {
            $null = $introduction.RemoveChild($paragraph)
        }
        elseif ($code.InnerText) {
            $null = $remarks.AppendChild($introduction.RemoveChild($paragraph))
        }
    }

    $title = $Example.SelectSingleNode('maml:title', $Names)
    $title.InnerText = $title.InnerText.Trim('-', ' ')
}

$folder = Join-Path ([System.IO.Path]::GetTempPath()) "esxagent-help-$PID"
try {
    $commands = Import-MarkdownCommandHelp -Path (Join-Path $MarkdownPath '*.md')
    $written = Export-MamlCommandHelp -CommandHelp $commands -OutputFolder $folder -Force
    $maml = [xml](Get-Content -LiteralPath $written.FullName -Raw)
}
finally {
    if (Test-Path -LiteralPath $folder) {
        Remove-Item -LiteralPath $folder -Recurse
    }
}

$names = [System.Xml.XmlNamespaceManager]::new($maml.NameTable)
$names.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
$names.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
$names.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')

foreach ($example in $maml.SelectNodes('//command:example', $names)) {
    Edit-Example $example $names
}

foreach ($paragraph in $maml.SelectNodes('//maml:para', $names)) {
    $paragraph.InnerText = Get-PlainText $paragraph.InnerText
}

foreach ($link in @($maml.SelectNodes('//maml:navigationLink', $names))) {
    # The links of the markdown are between its files; on the console the name is what Get-Help takes.
    $uri = $link.SelectSingleNode('maml:uri', $names)
    if ($link.SelectSingleNode('maml:linkText', $names).InnerText -eq 'Online Version') {
        $null = $link.ParentNode.RemoveChild($link)
    }
    elseif ($uri.InnerText -notmatch '^https?:') {
        $uri.InnerText = ''
    }
}

foreach ($command in $commands) {
    foreach ($parameter in $command.Parameters) {
        $path = "//command:command[command:details/command:name='$($command.Title)']//command:parameter[maml:name='$($parameter.Name)']"
        foreach ($node in $maml.SelectNodes($path, $names)) {
            $node.SetAttribute('globbing', "$($parameter.SupportsWildcards)".ToLowerInvariant())
            if ($parameter.DefaultValue) {
                $value = $maml.CreateElement('dev', 'defaultValue', $names.LookupNamespace('dev'))
                $value.InnerText = $parameter.DefaultValue
                $null = $node.AppendChild($value)
            }
        }
    }
}

$null = New-Item -ItemType Directory -Path $OutputFolder -Force
$maml.Save((Join-Path (Resolve-Path -LiteralPath $OutputFolder) 'EsxAgent.dll-Help.xml'))
