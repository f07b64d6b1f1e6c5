/** The services as commands: start, say one line when ready, stop orderly. */
@NullMarked
package io.limelight.cli.service;

import org.jspecify.annotations.NullMarked;
