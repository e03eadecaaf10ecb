// Runs a declarative Jenkinsfile as Jenkins does, with a shell that prints what it is given.
// Usage: groovy jenkins.groovy JENKINSFILE BRANCH [WHAT-FAILS: a part of a command]
def failing = args.length > 2 ? args[2] : null
def over = false, skipped = false, failed = false
def plain = { Closure body -> body() }
def context = new Binding()
['pipeline', 'options', 'environment', 'stages', 'expression'].each { context.setVariable(it, plain) }
context.any = 'any'
context.env = [BUILD_NUMBER: '42', BRANCH_NAME: args[1]]
context.agent = { where -> }
context.disableConcurrentBuilds = { -> }
context.stage = { String name, Closure body ->
    skipped = failed = false
    body()
    over = over || failed
}
context.when = { Closure body -> skipped = !body() }
context.steps = { Closure body ->
    if (over || skipped) return
    try { body() } catch (IllegalStateException error) { failed = true }
}
context.post = plain
context.unsuccessful = { Closure body -> if (failed) body() }
context.retry = { int times, Closure body ->
    for (number in 1..times) {
        try { return body() } catch (IllegalStateException error) { if (number == times) throw error }
    }
}
context.sh = { String script ->
    println script
    if (failing && script.contains(failing)) throw new IllegalStateException(script)
}
new GroovyShell(context).evaluate(new File(args[0]))
