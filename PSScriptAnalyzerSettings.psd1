@{
    Severity     = @('Error', 'Warning')
    ExcludeRules = @(
        # The demo shows each command as it is typed, and runs that text.
        'PSAvoidUsingInvokeExpression'
        # Functions of tests and build scripts change what they made themselves.
        'PSUseShouldProcessForStateChangingFunctions'
        # Pester's BeforeAll fills variables that another block reads.
        'PSUseDeclaredVarsMoreThanAssignments'
    )
}
