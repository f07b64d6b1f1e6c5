/** The CA room, and who is believed about TPMs. */
@NullMarked
package io.limelight.console.ca;

import org.jspecify.annotations.NullMarked;
