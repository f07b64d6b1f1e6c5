package io.limelight.cli.sandbox;

import io.limelight.cli.command.CliContext;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limelight demo}. */
@Command(
        name = "demo",
        description = {
            "Three machines with software TPMs register, prove themselves, receive an encrypted payload and unlock it;",
            "then one is tampered with and caught. Two more get certificates and an SSH key; one of them runs a script that",
            "nobody approved, it is said which, and all are told: its key and its certificate are worth nothing any more.",
            "Everything runs in a private folder that is removed at the end."
        })
public final class DemoCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--no-console", description = "Tell the story in this terminal.")
    private boolean noConsole;

    @Option(names = "--keep", description = "Stay up until Ctrl-C and print how to reach each service.")
    private boolean keep;

    @Option(names = "--no-install", description = "Never install a missing package (the launcher obeys it).")
    @SuppressWarnings(
            "unused") // The launcher acts on it before this program starts; here it is only accepted and listed.
    private boolean noInstall;

    private final AtomicBoolean said = new AtomicBoolean();

    private volatile boolean ending;

    /** Everything there is to show was shown; what is kept up afterwards ends by being interrupted. */
    private volatile boolean shown;

    /** The command. */
    public DemoCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        PrintStream out = context.out();
        if (!noConsole) {
            out.println(
                    "(The demo runs in the terminal, as with --no-console; limelight console has the same machines with a window.)");
        }
        Sandbox sandbox = null;
        try {
            sandbox = Sandbox.create();
            Sandbox toClose = sandbox;
            // Also on Ctrl-C and kill: nothing stays running or mounted.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                ending = true;
                boolean closed = closeQuietly(toClose);
                say(
                        shown && closed
                                ? "OK"
                                : "FAILED: " + (shown ? "what was started could not be ended" : "interrupted"));
            }));
            Demo demo = new Demo(sandbox, out, new SecureRandom());
            demo.run();
            shown = true;
            if (keep) {
                demo.explainHowToReachIt();
                new CountDownLatch(1).await();
            }
            sandbox.close();
            say("OK");
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(sandbox, "interrupted");
        } catch (SandboxException e) {
            return failed(sandbox, String.valueOf(e.getMessage()));
        }
    }

    private int failed(@org.jspecify.annotations.Nullable Sandbox sandbox, String cause) {
        // What breaks while everything is being ended is no fault of what broke.
        String why = ending ? "interrupted" : cause;
        if (sandbox != null) {
            closeQuietly(sandbox);
        }
        say("FAILED: " + why);
        return 1;
    }

    /** The last line, once: an interrupt and what it breaks come from two threads. */
    private void say(String end) {
        if (said.compareAndSet(false, true)) {
            context.out().println("demo: " + end);
            context.out().flush();
        }
    }

    private boolean closeQuietly(Sandbox sandbox) {
        try {
            sandbox.close();
            return true;
        } catch (SandboxException e) {
            context.err().println("limelight demo: " + e.getMessage());
            return false;
        }
    }
}
