/** Getting to a fleet: what is found on this computer, the form, and the doctor that walks a connection step by step. */
@NullMarked
package io.limelight.console.connect;

import org.jspecify.annotations.NullMarked;
