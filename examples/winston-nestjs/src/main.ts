/** NestJS with nest-winston: Nest's own lines and those of the controllers go to OpenPipeline. */
import 'reflect-metadata'
import { Controller, Get, Logger, Module, NotFoundException, type OnApplicationShutdown, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { WinstonModule } from 'nest-winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

// Where to, and with which token: OPENPIPELINE_URL and OPENPIPELINE_TOKEN.
const transport = new OpenPipelineTransport({ attributes: { 'service.name': 'nest-shipping' } })

@Controller('shipments')
class ShipmentsController {
  private readonly log = new Logger(ShipmentsController.name)

  @Get(':id')
  find(@Param('id') id: string): object {
    if (id === '9') throw new NotFoundException()
    if (id === '13') throw new Error('label not printed')
    this.log.log({ message: 'shipment read', shipmentId: id })
    return { id, state: 'on its way' }
  }
}

/** Nest calls it last, when nothing logs any more. */
class FlushLogs implements OnApplicationShutdown {
  async onApplicationShutdown(): Promise<void> {
    await transport.flush({ timeoutMs: 5000 })
  }
}

@Module({ controllers: [ShipmentsController], providers: [FlushLogs] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: WinstonModule.createLogger({ transports: [transport] }) })
app.enableShutdownHooks()
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
console.log(await app.getUrl())
