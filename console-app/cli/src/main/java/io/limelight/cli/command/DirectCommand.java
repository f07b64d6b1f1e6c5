package io.limelight.cli.command;

import java.util.List;

/**
 * A command that reads its own arguments. For programs that people run by the hundred in scripts and that are over in less
 * than a second: setting up picocli would be a good part of it. Help and completion still come from the picocli annotations
 * of the same class.
 */
public interface DirectCommand {
    /**
     * Runs.
     *
     * @param arguments without the program's name
     * @return exit status
     * @throws CommandFailure with status 2 for wrong usage
     * @throws Exception as a picocli command may
     */
    int run(List<String> arguments) throws Exception;
}
