/** What the programs log and how it looks: Keylime's line for the services, the Rust agent's for the agent. */
@NullMarked
package io.limelight.cli.logging;

import org.jspecify.annotations.NullMarked;
