/** Sends mail over SMTP. Knows no toolkit. */
@NullMarked
package io.limelight.console.mail;

import org.jspecify.annotations.NullMarked;
