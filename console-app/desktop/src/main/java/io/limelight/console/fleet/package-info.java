/** What the console knows of a fleet: machines, their verdicts and evidence, and who is asked for them. Knows no toolkit. */
@NullMarked
package io.limelight.console.fleet;

import org.jspecify.annotations.NullMarked;
