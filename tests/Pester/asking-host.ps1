<#
    A host for a runspace that answers every question in the same way and keeps what it was asked: so a test can show that a cmdlet asks, and what becomes of
    yes and no. [AskingHost]::new($true) says yes, $false says no.
#>
Set-StrictMode -Version Latest

if ('AskingHost' -as [type]) {
    return
}

Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

public sealed class AskingHost : PSHost
{
    private readonly AskingInterface _interface;

    public AskingHost(bool agrees) { _interface = new AskingInterface(agrees); }

    public List<string> Questions { get { return _interface.Questions; } }
    public List<string> Lines { get { return _interface.Lines; } }
    public List<string> Warnings { get { return _interface.Warnings; } }
    public override string Name { get { return "AskingHost"; } }
    public override Version Version { get { return new Version(1, 0); } }
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
    public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
    public override PSHostUserInterface UI { get { return _interface; } }
    public override void EnterNestedPrompt() { throw new NotSupportedException(); }
    public override void ExitNestedPrompt() { throw new NotSupportedException(); }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) { }

    private sealed class AskingInterface : PSHostUserInterface
    {
        private readonly bool _agrees;

        public AskingInterface(bool agrees) { _agrees = agrees; }

        public List<string> Questions { get; } = new List<string>();
        public List<string> Lines { get; } = new List<string>();
        public List<string> Warnings { get; } = new List<string>();
        public override PSHostRawUserInterface RawUI { get { return null; } }

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Questions.Add(message);
            string wanted = _agrees ? "&Yes" : "&No";
            for (int i = 0; i < choices.Count; i++)
            {
                if (choices[i].Label == wanted) { return i; }
            }

            throw new InvalidOperationException("There is no choice " + wanted);
        }

        public override void WriteLine(string value) { Lines.Add(value); }
        public override void Write(string value) { Lines.Add(value); }
        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) { Lines.Add(value); }
        public override void WriteErrorLine(string value) { }
        public override void WriteDebugLine(string message) { }
        public override void WriteVerboseLine(string message) { }
        public override void WriteWarningLine(string message) { Warnings.Add(message); }
        public override void WriteProgress(long sourceId, ProgressRecord record) { }
        public override string ReadLine() { throw new NotSupportedException(); }
        public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
        {
            throw new NotSupportedException();
        }
    }
}
'@
