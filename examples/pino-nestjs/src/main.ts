/** NestJS with nestjs-pino: requests, Nest's own lines and those of the controllers go to OpenPipeline. */
import 'reflect-metadata'
import { Controller, Get, Module, NotFoundException, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Logger, LoggerModule, PinoLogger } from 'nestjs-pino'
import { FlushLogs, logger } from './logging.js'

@Controller('orders')
class OrdersController {
  // Each line carries the id of the request in which it was logged.
  constructor(private readonly log: PinoLogger) {
    this.log.setContext(OrdersController.name)
  }

  @Get(':id')
  find(@Param('id') id: string): object {
    if (id === '9') throw new NotFoundException()
    if (id === '13') throw new Error('order cannot be read', { cause: new Error('disk is gone') })
    this.log.info({ orderId: id }, 'order read')
    return { id, state: 'paid' }
  }
}

@Module({
  imports: [LoggerModule.forRoot({ pinoHttp: { logger } })],
  controllers: [OrdersController],
  providers: [FlushLogs],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { bufferLogs: true })
app.useLogger(app.get(Logger))
app.enableShutdownHooks()
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
console.log(await app.getUrl())
